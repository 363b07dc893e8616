package culturalintelligence.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://crate:s3c%40ret+@db.example:5433/metacrate?sslmode=require",
        "postgres://crate:s3c%40ret+@db.example:5433/metacrate?sslmode=require",
        "jdbc:postgresql://crate:s3c%40ret+@db.example:5433/metacrate?sslmode=require"
      })
  void everyFormSaysTheSame(String url) {
    DatabaseAddress address = DatabaseAddress.parse(url, null, "");

    assertThat(address)
        .isEqualTo(
            new DatabaseAddress(
                "db.example", 5433, "metacrate", "sslmode=require", "crate", "s3c@ret+"));
    assertThat(address.jdbcUrl())
        .isEqualTo("jdbc:postgresql://db.example:5433/metacrate?sslmode=require");
    assertThat(address.toString()).isEqualTo("postgresql://db.example:5433/metacrate");
  }

  @Test
  void whatIsSetBesideTheAddressWins() {
    DatabaseAddress address = DatabaseAddress.parse("postgresql://a:b@h/d", "user", "secret");

    assertThat(address).isEqualTo(new DatabaseAddress("h", 5432, "d", null, "user", "secret"));
    assertThat(address.toString()).doesNotContain("secret");
    assertThat(new Database(address, "test").toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "d",
        "mysql://u:hidden@h/d",
        "postgresql://u:hidden@h",
        "postgresql://u:hidden@h/",
        "postgresql:///d",
        "postgresql://u:hid den@h/d",
        "jdbc:mysql://u:hidden@h/d"
      })
  void whatIsNoAddressIsRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> DatabaseAddress.parse(url, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a PostgreSQL address")
        .message()
        .doesNotContain("hid");
  }
}
