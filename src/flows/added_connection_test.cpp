#include "flows/added_connection.h"

#include "flows/shared_division.h"
#include "store/master_key.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace added_connection_test {

using store::ConnectionRow;
using store::testing::value_of;

class AddedConnectionTest : public store::testing::StoreTest {
 protected:
  domain::Result<AddedConnection> add(const std::string& name, std::int64_t division = 0) {
    ConnectionRow row = store::testing::seller(name);
    row.division = division;
    return write([row](store::Transaction& transaction) { return add_connection(transaction, row); });
  }
  store::Vault open_vault() {
    const std::string key_file = folder_.file("master.key");
    value_of(store::make_master_key_file(key_file));
    return value_of(store::Vault::open({key_file, ""}));
  }
};

TEST_F(AddedConnectionTest, ANameFitsIntoAnAddressAndIsNoCommand) {
  EXPECT_TRUE(add("US.shop-1_b"));
  EXPECT_TRUE(add(std::string(60, 'a')));
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a/b"), std::string("\xc3\xa9"), std::string("verify"),
        std::string(".."), std::string("US.shop-1_b"), std::string(61, 'a')}) {
    const auto refused = add(name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().cause, domain::Cause::bad_input);
  }
}

TEST_F(AddedConnectionTest, ADivisionIsAPositiveNumberOrNotKnownYet) {
  EXPECT_TRUE(add("none"));
  EXPECT_TRUE(add("some", 18));
  const auto refused = add("wrong", -5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::bad_input);
}

TEST_F(AddedConnectionTest, OpenPostingsAreGivenUpByAPersonsWordAlone) {
  const ConnectionRow shop = value_of(add("shop", 18)).row;
  const store::Vault vault = open_vault();
  const auto removed = [&](bool force) {
    return write(
        [&, force](store::Transaction& transaction) { return remove_connection(transaction, vault, shop, force); });
  };
  value_of(write([&](store::Transaction& transaction) {
    return transaction.insert_posting(store::testing::invoice(shop.id, "1"));
  }));
  const auto refused = removed(false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::bad_input);
  EXPECT_NE(refused.error().message.find("1 open posting,"), std::string::npos) << refused.error().message;
  EXPECT_EQ(value_of(removed(true)), 1);
  EXPECT_TRUE(value_of(add("shop", 18)).is_back);
}

}  // namespace added_connection_test
}  // namespace connector::flows
