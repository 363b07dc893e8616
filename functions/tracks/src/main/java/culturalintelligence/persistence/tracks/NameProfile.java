package culturalintelligence.persistence.tracks;

import jakarta.persistence.Column;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import org.jspecify.annotations.Nullable;

/** How many validated tracks of one name have one genre. */
@MappedSuperclass
abstract class NameProfile {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(nullable = false)
  String genre = "";

  @Nullable String subgenre;

  @Column(name = "validated_tracks", nullable = false)
  long validatedTracks;

  abstract String key();
}
