package dev.meshd.bench.micro;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A benchmark of something that is promised to make no garbage once it is warm. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface AllocatesNothing {
  /** The value of parameter {@code engine} for which it is promised; empty for always. */
  String onlyEngine() default "";
}
