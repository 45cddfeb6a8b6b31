#include "flows/sign_in_owner.h"

#include <gmock/gmock.h>

#include "flows/connection_changes.h"
#include "flows/environment.h"
#include "flows/settings_json.h"
#include "store/master_key.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace sign_in_owner_test {

using domain::Cause;
using store::ConnectionRow;
using store::Transaction;
using store::testing::value_of;
using ::testing::HasSubstr;

class SignInOwnerTest : public store::testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    const std::string key_file = folder_.file("master.key");
    value_of(store::make_master_key_file(key_file));
    vault_ = value_of(store::Vault::open({key_file, ""}));
    for (const char* name : {"second", "third"}) {
      ConnectionRow row;
      row.name = name;
      row.market = "us";
      value_of(write([row](Transaction& transaction) { return transaction.add_connection(row); }));
    }
  }
  ConnectionRow named(const std::string& name) {
    return *value_of(read([name](store::Reader& reader) { return reader.connection(name); }));
  }
  std::string first() { return named_by_id(1).name; }
  ConnectionRow named_by_id(store::ConnectionId id) {
    return *value_of(read([id](store::Reader& reader) { return reader.connection(id); }));
  }
  /// Empty if it was written, else why not.
  std::string use(const std::string& name, const std::string& of) {
    const auto written = write([this, name, of](Transaction& transaction) -> store::Result<void> {
      auto row = transaction.connection(name);
      auto changed = with_change(transaction, **row, "exact_sign_in_of", of);
      if (!changed) return domain::fail(changed.error());
      return write_change(transaction, *vault_, *changed, {});
    });
    if (written) return "";
    EXPECT_EQ(written.error().cause, Cause::bad_input);
    return written.error().message;
  }
  std::optional<store::Vault> vault_;

  store::ConnectionId owner_of(const std::string& name) {
    return value_of(read([row = named(name)](store::Reader& reader) { return sign_in_owner(reader, row); })).id;
  }
};

TEST_F(SignInOwnerTest, IsTheConnectionItselfUnlessItsSettingsNameAnother) {
  EXPECT_EQ(owner_of("second"), named("second").id);
  EXPECT_EQ(use("second", first()), "");
  EXPECT_EQ(owner_of("second"), 1);
  const auto borrowers =
      value_of(read([row = named_by_id(1)](store::Reader& reader) { return sign_in_borrowers(reader, row); }));
  ASSERT_EQ(borrowers.size(), 1U);
  EXPECT_EQ(borrowers.front().name, "second");
  EXPECT_EQ(use("second", ""), "");
  EXPECT_EQ(owner_of("second"), named("second").id);
}

TEST_F(SignInOwnerTest, HasASignInOfItsOwn) {
  EXPECT_THAT(use("second", "nobody"), HasSubstr("nobody, which does not exist"));
  EXPECT_THAT(use("second", "second"), HasSubstr("leave exact_sign_in_of empty"));
  EXPECT_EQ(use("second", first()), "");
  EXPECT_THAT(use("third", "second"), HasSubstr("second has no sign-in at Exact of its own"));
  EXPECT_THAT(use(first(), "third"), HasSubstr("second uses the sign-in at Exact of " + first()));
}

TEST_F(SignInOwnerTest, StaysAsLongAsOthersUseIt) {
  EXPECT_EQ(use("second", first()), "");
  const auto kept = read([row = named_by_id(1)](store::Reader& reader) { return require_no_borrowers(reader, row); });
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().message, HasSubstr("second uses the sign-in"));
  EXPECT_EQ(use("second", ""), "");
  EXPECT_TRUE(read([row = named_by_id(1)](store::Reader& reader) { return require_no_borrowers(reader, row); }));
}

TEST_F(SignInOwnerTest, OneThatIsGoneIsSaid) {
  EXPECT_EQ(use("second", "third"), "");
  value_of(write([id = named("third").id](Transaction& transaction) { return transaction.remove_connection(id); }));
  const auto owner = read([row = named("second")](store::Reader& reader) { return sign_in_owner(reader, row); });
  ASSERT_FALSE(owner);
  EXPECT_THAT(owner.error().message, HasSubstr("third, which does not exist"));
}

}  // namespace sign_in_owner_test
}  // namespace connector::flows
