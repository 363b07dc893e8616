package culturalintelligence.analysis.http;

import culturalintelligence.domain.library.TrackStore;
import culturalintelligence.testkit.contract.TrackStoreContract;
import culturalintelligence.testkit.database.TargetDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

@QuarkusTest
@QuarkusTestResource(TargetDatabaseResource.class)
@QuarkusTestResource(MusicLibrary.class)
class TracksInPostgresTest extends TrackStoreContract {
  @Inject TrackStore store;

  @Override
  protected TrackStore store() {
    return store;
  }
}
