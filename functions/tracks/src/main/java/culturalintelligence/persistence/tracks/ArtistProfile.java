package culturalintelligence.persistence.tracks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(name = "artist_profile")
class ArtistProfile extends NameProfile {
  @Column(nullable = false)
  String artist = "";

  @Column(name = "artist_key", nullable = false)
  String artistKey = "";

  @Override
  String key() {
    return artistKey;
  }
}
