#include "store/secret_store.h"

#include <filesystem>

#include "store/store_testing.h"

namespace connector::store::testing {
namespace secret_store_test {

class SecretStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    key_path_ = folder_.file("master.key");
    ASSERT_TRUE(make_master_key_file(key_path_));
  }
  Vault open_vault() { return value_of(Vault::open({key_path_, ""})); }
  std::optional<std::string> secret(const Vault& vault, const std::string& name) {
    SecretStore secrets(*store_, vault);
    return value_of(wait_for(executor_, secrets.get(1, name)));
  }
  Result<void> put(const Vault& vault, const std::string& name, const std::string& text) {
    SecretStore secrets(*store_, vault);
    return wait_for(executor_, secrets.put(1, name, text));
  }
  Rotation rotate() {
    return value_of(wait_for(executor_, rotate_master_key(*store_, open_vault(), note("key.rotate"))));
  }
  bool exists(const std::string& suffix) { return std::filesystem::exists(key_path_ + suffix); }
  std::string key_path_;
};

TEST_F(SecretStoreTest, PutGetRemove) {
  const auto vault = open_vault();
  EXPECT_EQ(secret(vault, "token"), std::nullopt);
  value_of(put(vault, "token", "one"));
  value_of(put(vault, "token", "two"));
  EXPECT_EQ(secret(vault, "token"), "two");
  const auto stored = value_of(read([](Reader& reader) { return reader.sealed_secret(1, "token"); }));
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->find("two"), std::string::npos);
  SecretStore secrets(*store_, vault);
  value_of(wait_for(executor_, secrets.remove(1, "token")));
  EXPECT_EQ(secret(vault, "token"), std::nullopt);
}

TEST_F(SecretStoreTest, AWrongMasterKeyIsFoundAtTheStart) {
  value_of(put(open_vault(), "token", "one"));
  const Vault wrong(MasterKey::generate());
  const auto checked = read([wrong](Reader& reader) { return check_vault(reader, wrong); });
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().cause, domain::Cause::bad_input);
  EXPECT_FALSE(put(wrong, "token", "two")) << "two keys in one store would lose a secret later";
  EXPECT_EQ(secret(open_vault(), "token"), "one");
  value_of(read([vault = open_vault()](Reader& reader) { return check_vault(reader, vault); }));
}

TEST_F(SecretStoreTest, Rotation) {
  const auto before = open_vault();
  const auto old_id = before.key_id();
  value_of(put(before, "token", "one"));
  value_of(put(before, "client", "two"));
  const auto rotation = rotate();
  EXPECT_EQ(rotation.secrets, 2U);
  EXPECT_NE(rotation.key_id, old_id);
  EXPECT_EQ(rotation.remainder, "");
  EXPECT_FALSE(exists(".next"));
  const auto after = open_vault();
  EXPECT_EQ(after.key_id(), rotation.key_id);
  EXPECT_EQ(secret(after, "token"), "one");
  EXPECT_EQ(secret(after, "client"), "two");
  const auto trail = value_of(read([](Reader& reader) { return reader.audit({}); }));
  ASSERT_EQ(trail.size(), 1U);
  EXPECT_EQ(trail[0].action, "key.rotate");
}

TEST_F(SecretStoreTest, AProcessThatRunsDuringARotationGoesOn) {
  const auto running = open_vault();
  value_of(put(running, "token", "one"));
  rotate();
  EXPECT_EQ(secret(running, "token"), "one");
  rotate();
  // It writes before it has read anything under the new key.
  value_of(put(running, "token", "two"));
  EXPECT_EQ(secret(open_vault(), "token"), "two");
}

TEST_F(SecretStoreTest, ACrashAfterTheNewKeyWasMade) {
  value_of(put(open_vault(), "token", "one"));
  ASSERT_TRUE(make_master_key_file(key_path_ + ".next"));
  const auto next_id = to_string(value_of(read_master_key_file(key_path_ + ".next")).id());
  EXPECT_EQ(secret(open_vault(), "token"), "one");
  value_of(put(open_vault(), "token", "two"));
  const auto rotation = rotate();
  EXPECT_EQ(rotation.key_id, next_id) << "the key made before the crash is used";
  EXPECT_EQ(secret(open_vault(), "token"), "two");
}

TEST_F(SecretStoreTest, ACrashAfterTheStoreWasSealedAnew) {
  value_of(put(open_vault(), "token", "one"));
  ASSERT_TRUE(std::filesystem::copy_file(key_path_, key_path_ + ".before"));
  const auto rotation = rotate();
  // As if the last step had not happened.
  std::filesystem::rename(key_path_, key_path_ + ".next");
  std::filesystem::rename(key_path_ + ".before", key_path_);
  EXPECT_EQ(secret(open_vault(), "token"), "one");
  value_of(put(open_vault(), "token", "two"));
  EXPECT_EQ(secret(open_vault(), "token"), "two");
  EXPECT_EQ(rotate().key_id, rotation.key_id);
  EXPECT_FALSE(exists(".next"));
  EXPECT_EQ(secret(open_vault(), "token"), "two");
}

TEST_F(SecretStoreTest, ASecretThatDoesNotOpenStopsTheRotation) {
  value_of(put(open_vault(), "token", "one"));
  const auto foreign = Vault(MasterKey::generate()).seal(1, "alien", "x");
  value_of(write([foreign](Transaction& transaction) { return transaction.put_sealed_secret(1, "alien", foreign); }));
  const auto rotation = wait_for(executor_, rotate_master_key(*store_, open_vault(), note("key.rotate")));
  ASSERT_FALSE(rotation);
  EXPECT_NE(rotation.error().message.find("alien"), std::string::npos);
  EXPECT_EQ(secret(open_vault(), "token"), "one");
  EXPECT_TRUE(value_of(read([](Reader& reader) { return reader.audit({}); })).empty());
}

TEST_F(SecretStoreTest, RotationOfAKeyInTheEnvironment) {
  const auto set = [](const char* name, const MasterKey& key) { setenv(name, key.to_base64().c_str(), 1); };
  const auto old_key = MasterKey::generate();
  const auto new_key = MasterKey::generate();
  set("ROTATION_TEST_KEY", old_key);
  const auto vault = value_of(Vault::open({"", "ROTATION_TEST_KEY"}));
  value_of(put(vault, "token", "one"));
  EXPECT_FALSE(wait_for(executor_, rotate_master_key(*store_, vault, note("key.rotate")))) << "no next key is set";
  set("ROTATION_TEST_KEY_NEXT", new_key);
  const auto rotation = value_of(wait_for(executor_, rotate_master_key(*store_, vault, note("key.rotate"))));
  EXPECT_EQ(rotation.key_id, to_string(new_key.id()));
  EXPECT_NE(rotation.remainder, "");
  unsetenv("ROTATION_TEST_KEY_NEXT");
  set("ROTATION_TEST_KEY", new_key);
  EXPECT_EQ(secret(value_of(Vault::open({"", "ROTATION_TEST_KEY"})), "token"), "one");
  unsetenv("ROTATION_TEST_KEY");
}

}  // namespace secret_store_test
}  // namespace connector::store::testing
