package culturalintelligence.localdev.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way, and every awkward library is behind one gate. */
@AnalyzeClasses(
    packages = "culturalintelligence",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LawsTest {
  private static final String DOMAIN = "culturalintelligence.domain..";
  private static final String PERSISTENCE = "culturalintelligence.persistence..";
  private static final String ANALYSIS = "culturalintelligence.analysis..";
  private static final String MIGRATION = "culturalintelligence.migration..";
  private static final String VERIFICATION = "culturalintelligence.verification..";
  private static final String OPERATIONS = "culturalintelligence.operations..";
  private static final String LOCAL_DEV = "culturalintelligence.localdev..";
  private static final String TESTKIT = "culturalintelligence.testkit..";

  @ArchTest
  static final ArchRule theDomainKnowsOnlyTheJdk =
      classes()
          .that()
          .resideInAPackage(DOMAIN)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(DOMAIN, "java..", "org.jspecify.annotations");

  @ArchTest
  static final ArchRule persistenceKnowsNoFunction =
      noClasses()
          .that()
          .resideInAPackage(PERSISTENCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ANALYSIS, MIGRATION, VERIFICATION, OPERATIONS, LOCAL_DEV);

  @ArchTest
  static final ArchRule analysisKnowsNoOtherFunction =
      functionKnowsNone(ANALYSIS, MIGRATION, VERIFICATION, OPERATIONS);

  @ArchTest
  static final ArchRule migrationKnowsNoOtherFunction =
      functionKnowsNone(MIGRATION, ANALYSIS, VERIFICATION, OPERATIONS);

  @ArchTest
  static final ArchRule verificationKnowsNoOtherFunction =
      functionKnowsNone(VERIFICATION, ANALYSIS, MIGRATION, OPERATIONS);

  @ArchTest
  static final ArchRule operationsKnowsNoOtherFunction =
      functionKnowsNone(OPERATIONS, ANALYSIS, MIGRATION, VERIFICATION);

  private static ArchRule functionKnowsNone(String function, String... others) {
    return noClasses()
        .that()
        .resideInAPackage(function)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  @ArchTest
  static final ArchRule nothingThatRunsKnowsTheTestkit =
      noClasses()
          .that()
          .resideOutsideOfPackage(TESTKIT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TESTKIT);

  @ArchTest
  static final ArchRule tagsAreReadBehindOneGate =
      noClasses()
          .that()
          .resideOutsideOfPackage("culturalintelligence.analysis.audio..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jaudiotagger..");

  @ArchTest
  static final ArchRule sqlStaysInPersistence =
      noClasses()
          .that(
              resideInAPackage(DOMAIN)
                  .or(resideInAPackage(ANALYSIS))
                  .or(resideInAPackage(VERIFICATION))
                  .or(resideInAPackage(OPERATIONS)))
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "org\\.postgresql\\..*|java\\.sql\\.(Statement|PreparedStatement|ResultSet)");

  @ArchTest
  static final ArchRule theCopyHandsRowsOnAndStatesNothing =
      noClasses()
          .that()
          .resideInAPackage(MIGRATION)
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.sql\\.(Statement|PreparedStatement|ResultSet)");

  @ArchTest
  static final ArchRule theQueueIsReachedFromOnePackage =
      noClasses()
          .that()
          .resideOutsideOfPackages("culturalintelligence.persistence.queue", ANALYSIS, LOCAL_DEV)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk.services..");
}
