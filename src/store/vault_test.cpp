#include "store/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "store/store_testing.h"

namespace connector::store {
namespace vault_test {

using testing::TemporaryFolder;
using testing::value_of;

MasterKey key_of(char letter) { return value_of(MasterKey::from_bytes(std::string(32, letter))); }

TEST(MasterKey, Base64RoundTrip) {
  const auto key = MasterKey::generate();
  const auto again = value_of(MasterKey::from_base64(" " + key.to_base64() + "\n"));
  EXPECT_EQ(again.id(), key.id());
  EXPECT_NE(MasterKey::generate().id(), key.id());
}

TEST(MasterKey, RefusesOtherTexts) {
  for (const auto* text : {"", "abc", "AAAA", "not base64 at all, but rather long, to be sure of it"}) {
    const auto key = MasterKey::from_base64(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().cause, domain::Cause::bad_input);
  }
  auto long_text = key_of('k').to_base64();
  EXPECT_FALSE(MasterKey::from_base64(long_text + long_text));
  EXPECT_FALSE(MasterKey::from_bytes("short"));
}

TEST(MasterKeyFile, IsMadeOnceForItsOwnerOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("master.key");
  ASSERT_TRUE(make_master_key_file(path));
  struct stat facts {};
  ASSERT_EQ(stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path + ".draft"));
  const auto key = value_of(read_master_key_file(path));
  const auto again = make_master_key_file(path);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().cause, domain::Cause::bad_input);
  EXPECT_EQ(value_of(read_master_key_file(path)).id(), key.id()) << "the existing key must stay";
}

TEST(MasterKeyFile, ADraftLeftByACrashDoesNotHinder) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("master.key.draft")) << "half a k";
  EXPECT_TRUE(make_master_key_file(folder.file("master.key")));
  EXPECT_TRUE(read_master_key_file(folder.file("master.key")));
}

TEST(MasterKeyFile, RefusesWhatOthersMayRead) {
  const TemporaryFolder folder;
  const auto path = folder.file("master.key");
  ASSERT_TRUE(make_master_key_file(path));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    const auto key = read_master_key_file(path);
    ASSERT_FALSE(key) << mode;
    EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
  }
}

TEST(MasterKeyFile, NamesWhatIsWrong) {
  const TemporaryFolder folder;
  EXPECT_FALSE(read_master_key_file(folder.file("absent.key")));
  EXPECT_FALSE(make_master_key_file(folder.file("no/such/folder.key")));
  const auto path = folder.file("bad.key");
  std::ofstream(path) << "c2VjcmV0IHRleHQ=\n";
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  const auto key = read_master_key_file(path);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().message.find("c2VjcmV0"), std::string::npos) << "errors never show key text";
}

TEST(Vault, OpensWhatItSealed) {
  const Vault vault(key_of('k'));
  for (const auto& plaintext : {std::string(), std::string("client secret"), std::string("a\0b", 3)}) {
    const auto sealed = vault.seal(7, "exact.refresh_token", plaintext);
    EXPECT_TRUE(plaintext.empty() || sealed.find(plaintext) == std::string::npos);
    EXPECT_EQ(value_of(vault.unseal(7, "exact.refresh_token", sealed)), plaintext);
    EXPECT_EQ(Vault::key_id_of(sealed), vault.key_id());
  }
}

TEST(Vault, NeverSealsTheSameTextAlike) {
  const Vault vault(key_of('k'));
  std::set<std::string> sealed;
  for (int count = 0; count < 100; ++count) sealed.insert(vault.seal(1, "name", "text"));
  EXPECT_EQ(sealed.size(), 100U);
}

TEST(Vault, ASealedTextBelongsToItsPlace) {
  const Vault vault(key_of('k'));
  const auto sealed = vault.seal(1, "walmart.secret", "text");
  EXPECT_FALSE(vault.unseal(2, "walmart.secret", sealed));
  EXPECT_FALSE(vault.unseal(1, "exact.secret", sealed));
}

TEST(Vault, FindsEveryChange) {
  const Vault vault(key_of('k'));
  const auto sealed = vault.seal(1, "name", "some text");
  for (std::size_t index = 0; index < sealed.size(); ++index) {
    auto changed = sealed;
    changed[index] = changed[index] == 'A' ? 'B' : 'A';
    const auto opened = vault.unseal(1, "name", changed);
    ASSERT_FALSE(opened) << index;
    EXPECT_EQ(opened.error().cause, domain::Cause::store_failure);
  }
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_FALSE(vault.unseal(1, "name", sealed.substr(0, length))) << length;
  }
  EXPECT_FALSE(vault.unseal(1, "name", sealed + "A"));
}

TEST(Vault, SaysWhichKeyIsMissing) {
  const Vault vault(key_of('k'));
  const Vault other(key_of('o'));
  const auto opened = other.unseal(1, "name", vault.seal(1, "name", "text"));
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find(vault.key_id()), std::string::npos);
}

TEST(Vault, TriesTheNextKeyToo) {
  const TemporaryFolder folder;
  const auto path = folder.file("master.key");
  ASSERT_TRUE(make_master_key_file(path));
  const auto before = value_of(Vault::open({path, ""}));
  const auto sealed_before = before.seal(1, "name", "old");
  ASSERT_TRUE(make_master_key_file(path + ".next"));
  const auto during = value_of(Vault::open({path, ""}));
  EXPECT_EQ(during.key_id(), before.key_id());
  const auto next_id = to_string(value_of(read_master_key_file(path + ".next")).id());
  const auto sealed_during = value_of(during.seal_under(next_id, 1, "name", "new"));

  // A process that started earlier learns the next key when it meets it.
  EXPECT_EQ(value_of(before.unseal(1, "name", sealed_during)), "new");
  EXPECT_EQ(value_of(before.unseal(1, "name", sealed_before)), "old");
  ASSERT_TRUE(replace_master_key_file(path + ".next", path));
  const auto after = value_of(Vault::open({path, ""}));
  EXPECT_EQ(after.key_id(), next_id);
  EXPECT_EQ(value_of(after.unseal(1, "name", sealed_during)), "new");
  EXPECT_FALSE(after.unseal(1, "name", sealed_before));
}

TEST(Vault, KeyFromTheEnvironment) {
  ASSERT_EQ(setenv("STORE_TEST_KEY", key_of('e').to_base64().c_str(), 1), 0);
  const auto vault = value_of(Vault::open({"", "STORE_TEST_KEY"}));
  EXPECT_EQ(vault.key_id(), to_string(key_of('e').id()));
  ASSERT_EQ(unsetenv("STORE_TEST_KEY"), 0);
  EXPECT_FALSE(Vault::open({"", "STORE_TEST_KEY"}));
  EXPECT_FALSE(Vault::open({"", ""}));
  EXPECT_FALSE(Vault::open({"a", "b"}));
}

}  // namespace vault_test
}  // namespace connector::store
