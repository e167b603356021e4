package dev.meshd.e2e.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dependency direction between the modules, and the sans-IO rules. */
class ArchitectureTest {
  private static final JavaClasses MESHD =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages("dev.meshd");

  /** Module → the modules it may use; the table of docs/ARCHITECTURE.md, top to bottom. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("disk", List.of()),
          Map.entry("crypto", List.of()),
          Map.entry("packet", List.of()),
          Map.entry("linux", List.of("packet")),
          Map.entry("wireguard", List.of("crypto", "packet")),
          Map.entry("tun", List.of("packet", "linux")),
          Map.entry("derp", List.of("disk", "crypto")),
          Map.entry("magicsock", List.of("crypto", "packet", "linux", "derp")),
          Map.entry("control", List.of("crypto", "packet")),
          Map.entry("engine", List.of("crypto", "packet", "wireguard", "magicsock", "derp")),
          Map.entry(
              "agent",
              List.of(
                  "disk",
                  "crypto",
                  "packet",
                  "linux",
                  "wireguard",
                  "tun",
                  "derp",
                  "magicsock",
                  "control",
                  "engine")),
          Map.entry(
              "coordinator",
              List.of("disk", "crypto", "packet", "linux", "control", "derp", "magicsock")),
          Map.entry(
              "bench",
              List.of(
                  "crypto",
                  "packet",
                  "wireguard",
                  "derp",
                  "control",
                  "engine",
                  "agent",
                  "coordinator",
                  "testkit")),
          Map.entry(
              "testkit",
              List.of("crypto", "packet", "linux", "wireguard", "derp", "magicsock", "engine")));

  /** Protocol cores: bytes and time in, bytes and deadlines out. */
  private static final String[] SANS_IO = {
    "dev.meshd.packet..",
    "dev.meshd.wireguard..",
    "dev.meshd.engine..",
    "dev.meshd.derp.codec..",
    "dev.meshd.magicsock.disco..",
    "dev.meshd.magicsock.path..",
    "dev.meshd.magicsock.endpoint..",
    "dev.meshd.magicsock.netcheck..",
    "dev.meshd.control.noise..",
    "dev.meshd.control.session..",
  };

  @TestFactory
  List<DynamicTest> modulesUseOnlyWhatIsBelowThem() {
    return MAY_USE.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> usesOnly(entry.getKey(), entry.getValue())))
        .toList();
  }

  private static void usesOnly(String module, List<String> allowed) {
    String own = "dev.meshd." + module + "..";
    assertThat(MESHD.that(resideInAPackage(own))).as("classes of module %s", module).isNotEmpty();
    String[] permitted =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(own), allowed.stream().map(m -> "dev.meshd." + m + ".."))
            .toArray(String[]::new);
    DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> foreign =
        resideInAPackage("dev.meshd..")
            .and(DescribedPredicate.not(resideInAnyPackage(permitted)))
            .as("of a module that is not below it");
    noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(foreign)
        .because(
            "module "
                + module
                + " may use "
                + (allowed.isEmpty() ? "no other module" : String.join(", ", allowed))
                + " only; move the code down, or pass what it needs in as a parameter")
        .check(MESHD);
  }

  @Test
  void modulesFormNoCycle() {
    slices().matching("dev.meshd.(*)..").should().beFreeOfCycles().check(MESHD);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.meshd.(**)").should().beFreeOfCycles().check(MESHD);
  }

  @Test
  void protocolCoresDoNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(SANS_IO)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io.file..",
            "java.nio.channels..",
            "java.nio.file..",
            "java.net.http..",
            "io.netty..",
            "com.sun.jna..",
            "dev.meshd.linux..",
            "dev.meshd.tun..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(Socket|ServerSocket|DatagramSocket|URLConnection)")
        .because("a protocol core is handed bytes and returns bytes; sockets belong to its shell")
        .check(MESHD);
  }

  @Test
  void protocolCoresReadNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(SANS_IO)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(java.time.Clock.class)
        .because("time comes in as `long nowNs`, so that tests and the simulation own it")
        .check(MESHD);
  }

  @Test
  void protocolCoresStartNoThreadAndTakeNoLock() {
    noClasses()
        .that()
        .resideInAnyPackage(SANS_IO)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.concurrent\\.(Executor.*|ForkJoin.*|CompletableFuture|.*BlockingQueue|CountDownLatch|Semaphore|StructuredTaskScope)")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class, ThreadLocal.class, java.util.Timer.class)
        .because("state has one owner; the shell decides which thread that is")
        .check(MESHD);
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(SANS_IO)
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .because("state has one owner; a lock hides that it has two")
        .check(MESHD);
  }

  @Test
  void protocolCoresDrawNoUnseededRandomness() {
    noClasses()
        .that()
        .resideInAnyPackage(SANS_IO)
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            java.util.Random.class,
            java.security.SecureRandom.class,
            java.util.concurrent.ThreadLocalRandom.class)
        .orShould()
        .callMethod(Math.class, "random")
        .because("keys come from SecureRandomSource, jitter from JitterSource, both passed in")
        .check(MESHD);
  }

  @Test
  void onlyTheLinuxRoomUsesJna() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.meshd.linux..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .because("native calls live in linux/, where errno and struct layouts are looked after")
        .check(MESHD);
  }

  @Test
  void onlyCryptoMakesForeignCalls() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.meshd.crypto..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(java.lang.foreign.Linker.class, java.lang.foreign.SymbolLookup.class)
        .because("foreign calls are for libcrypto alone; system calls go through linux/")
        .check(MESHD);
  }

  @Test
  void everyPackageIsNullMarkedAndHasItsMap() {
    classes()
        .that()
        .resideInAPackage("dev.meshd..")
        .should(
            new com.tngtech.archunit.lang.ArchCondition<>("be in a package with a package-info") {
              @Override
              public void check(
                  com.tngtech.archunit.core.domain.JavaClass type,
                  com.tngtech.archunit.lang.ConditionEvents events) {
                boolean marked =
                    type.getPackage()
                        .tryGetPackageInfo()
                        .map(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .orElse(false);
                if (!marked) {
                  events.add(
                      com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                          type, type.getPackageName() + " has no @NullMarked package-info.java"));
                }
              }
            })
        .check(MESHD);
  }
}
