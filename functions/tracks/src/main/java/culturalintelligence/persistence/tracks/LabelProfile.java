package culturalintelligence.persistence.tracks;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

@Entity
@Table(name = "label_profile")
class LabelProfile extends NameProfile {
  @Column(nullable = false)
  String label = "";

  @Column(name = "label_key", nullable = false)
  String labelKey = "";

  @Override
  String key() {
    return labelKey;
  }
}
