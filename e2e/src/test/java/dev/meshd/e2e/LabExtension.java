package dev.meshd.e2e;

import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabAccess;
import java.util.Locale;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test method that asks for one a {@link Lab} of its own, removes it afterwards, and
 * keeps its logs when the test failed. Where namespaces cannot be made, tests are skipped with the
 * reason.
 */
public final class LabExtension
    implements ExecutionCondition, ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(LabExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return switch (LabAccessOfThisRun.ACCESS) {
      case LabAccess.Granted() -> ConditionEvaluationResult.enabled("namespaces can be made");
      case LabAccess.ThroughUserNamespace through ->
          ConditionEvaluationResult.disabled(
              "end-to-end tests run as root (sudo ./test), or in a user namespace");
      case LabAccess.Denied(String reason) -> ConditionEvaluationResult.disabled(reason);
    };
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getStore(STORE).getOrComputeIfAbsent("lab", key -> create(context), Lab.class);
  }

  private static Lab create(ExtensionContext context) {
    String name = context.getRequiredTestMethod().getName().toLowerCase(Locale.ROOT);
    return Lab.create(name.substring(0, Math.min(8, name.length())));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Lab lab = context.getStore(STORE).remove("lab", Lab.class);
    if (lab == null) {
      return;
    }
    if (context.getExecutionException().isPresent()) {
      lab.markFailed();
      System.err.println(context.getDisplayName() + " failed; its logs are in " + lab.directory());
    }
    lab.close();
  }

  /** Found out once: trying takes a process or two. */
  private static final class LabAccessOfThisRun {
    static final LabAccess ACCESS = LabAccess.find();
  }
}
