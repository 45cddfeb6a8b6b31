#include "flows/shared_division.h"

#include "flows/added_connection.h"
#include "flows/connection_changes.h"
#include "flows/environment.h"
#include "flows/settings_json.h"
#include "store/master_key.h"
#include "store/store_testing.h"

namespace connector::flows {
namespace shared_division_test {

using store::ConnectionRow;
using store::testing::value_of;

class SharedDivisionTest : public store::testing::StoreTest {
 protected:
  ConnectionRow add(const std::string& name, std::int64_t division, const std::string& prefix) {
    ConnectionRow row = store::testing::seller(name);
    row.division = division;
    domain::ConnectionSettings settings;
    settings.reference_prefix = prefix;
    row.settings = json::write(to_json(settings));
    row.id = value_of(write([row](store::Transaction& transaction) { return transaction.add_connection(row); }));
    return row;
  }
  store::Vault open_vault() {
    const std::string key_file = folder_.file("master.key");
    value_of(store::make_master_key_file(key_file));
    return value_of(store::Vault::open({key_file, ""}));
  }
  domain::Result<void> own_references(const ConnectionRow& row) {
    return read([row](store::Reader& reader) { return require_own_references(reader, row); });
  }
};

TEST_F(SharedDivisionTest, TwoShopsOfOneDivisionNeedReferencesOfTheirOwn) {
  const ConnectionRow shop = add("shop", 99, "WM-");
  EXPECT_TRUE(own_references(shop)) << "it is no other than itself";
  EXPECT_TRUE(own_references(add("elsewhere", 98, "WM-")));
  EXPECT_TRUE(own_references(add("apart", 99, "CA-")));
  const auto twin = own_references(add("twin", 99, "WM-"));
  ASSERT_FALSE(twin);
  EXPECT_EQ(twin.error().cause, domain::Cause::bad_input);
  EXPECT_NE(twin.error().message.find("shop"), std::string::npos) << twin.error().message;
  EXPECT_TRUE(own_references(add("unset", 0, "WM-")));
  EXPECT_TRUE(own_references(add("unset-too", 0, "WM-"))) << "neither has a division yet";
}

TEST_F(SharedDivisionTest, AChangeMayNotMakeReferencesTheSame) {
  add("shop", 99, "WM-");
  const ConnectionRow apart = add("apart", 99, "CA-");
  const store::Vault vault = open_vault();
  const auto changed = [&](ConnectionRow row, const std::string& prefix) {
    domain::ConnectionSettings settings;
    settings.reference_prefix = prefix;
    row.settings = json::write(to_json(settings));
    return write([&](store::Transaction& transaction) { return write_change(transaction, vault, row, {}); });
  };
  EXPECT_FALSE(changed(apart, "WM-")) << "by whatever way it comes: command line or console";
  EXPECT_TRUE(changed(apart, "MX-"));
  const ConnectionRow twin = add("twin", 99, "WM-");
  EXPECT_TRUE(changed(twin, "WM-")) << "what was so before hinders no other change";
  ConnectionRow unset = add("unset", 0, "WM-");
  unset.division = 99;
  EXPECT_FALSE(changed(unset, "WM-"));
}

TEST_F(SharedDivisionTest, WhatWasRemovedAndHasPostingsComesBackUnderItsName) {
  const ConnectionRow shop = add("shop", 99, "WM-");
  value_of(write([&](store::Transaction& transaction) {
    return transaction.insert_posting(store::testing::invoice(shop.id, "1"));
  }));
  value_of(write([&](store::Transaction& transaction) { return transaction.remove_connection(shop.id); }));
  const auto added = [this](const std::string& name, std::int64_t division) {
    ConnectionRow row = store::testing::seller(name);
    row.division = division;
    return write([row](store::Transaction& transaction) { return add_connection(transaction, row); });
  };
  const auto twin = added("twin", 99);
  ASSERT_FALSE(twin) << "its documents would bear the references of what stands there";
  EXPECT_NE(twin.error().message.find("shop"), std::string::npos) << twin.error().message;
  const auto back = value_of(added("shop", 99));
  EXPECT_TRUE(back.is_back);
  EXPECT_EQ(back.row.id, shop.id) << "a new one would post the order again";
  EXPECT_FALSE(added("shop", 99)) << "it is there";
  const auto other = value_of(added("other", 98));
  EXPECT_FALSE(other.is_back);
  value_of(write([&](store::Transaction& transaction) { return transaction.remove_connection(other.row.id); }));
  EXPECT_FALSE(value_of(added("other", 98)).is_back) << "it had posted nothing";
}

TEST_F(SharedDivisionTest, OneWalmartAccountIsPostedOnceIntoADivision) {
  const ConnectionRow shop = add("shop", 99, "WM-");
  const ConnectionRow twin = add("twin", 99, "CA-");
  const ConnectionRow elsewhere = add("elsewhere", 98, "WM-");
  const store::Vault vault = open_vault();
  const auto sign_in = [&](const ConnectionRow& row, const std::string& account) {
    value_of(write([&](store::Transaction& transaction) {
      return store::put_secret(transaction, vault, row.id, kWalmartCredentials,
                               R"({"client_id":")" + account + R"(","client_secret":"s"})");
    }));
  };
  sign_in(shop, "account-1");
  const auto own_orders = [&](const ConnectionRow& row, const std::string& account) {
    return read([&](store::Reader& reader) { return require_own_orders(reader, vault, row, account); });
  };
  EXPECT_TRUE(own_orders(shop, "account-1"));
  EXPECT_TRUE(own_orders(twin, "account-2"));
  EXPECT_TRUE(own_orders(elsewhere, "account-1"));
  EXPECT_FALSE(own_orders(twin, "account-1"));
  sign_in(twin, "account-1");
  EXPECT_FALSE(read([&](store::Reader& reader) { return require_own_orders(reader, vault, twin); }));
  ConnectionRow late = add("late", 0, "MX-");
  sign_in(late, "account-1");
  late.division = 99;
  const auto moved = write([&](store::Transaction& transaction) { return write_change(transaction, vault, late, {}); });
  ASSERT_FALSE(moved);
  EXPECT_NE(moved.error().message.find("posted twice"), std::string::npos) << moved.error().message;
}

TEST_F(SharedDivisionTest, OrdersThatARemovedConnectionPostedAreNotPostedOnceMore) {
  const ConnectionRow shop = add("shop", 99, "WM-");
  const store::Vault vault = open_vault();
  value_of(write([&](store::Transaction& transaction) -> domain::Result<void> {
    if (auto put = store::put_secret(transaction, vault, shop.id, kWalmartCredentials, R"({"client_id":"account-1"})");
        !put)
      return put;
    return transaction.insert_posting(store::testing::invoice(shop.id, "1"));
  }));
  value_of(write([&](store::Transaction& transaction) { return remove_connection(transaction, vault, shop, true); }));
  const auto own_orders = [&](const ConnectionRow& row, const std::string& account) {
    return read([&](store::Reader& reader) { return require_own_orders(reader, vault, row, account); });
  };
  const ConnectionRow other = add("other", 99, "OT-");
  const auto refused = own_orders(other, "account-1");
  ASSERT_FALSE(refused) << "under other references no look-up would meet what stands there";
  EXPECT_NE(refused.error().message.find("under the name shop"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(own_orders(other, "account-2"));
  EXPECT_TRUE(own_orders(add("elsewhere", 98, "WM-"), "account-1"));
  EXPECT_TRUE(own_orders(add("shop", 99, "WM-"), "account-1")) << "it is back under its name";
}

TEST_F(SharedDivisionTest, CallsOfOneAppInADivisionAreCountedTogether) {
  const store::Vault vault = open_vault();
  const auto sign_in = [&](const ConnectionRow& row, const std::string& app) {
    value_of(write([&](store::Transaction& transaction) {
      return store::put_secret(transaction, vault, row.id, kExactCredentials, R"({"client_id":")" + app + R"("})");
    }));
  };
  const ConnectionRow elsewhere = add("elsewhere", 98, "WM-");
  const ConnectionRow eldest = add("eldest", 99, "WM-");
  const ConnectionRow second = add("younger", 99, "CA-");
  const ConnectionRow apart = add("apart", 99, "MX-");
  const ConnectionRow unset = add("unset", 0, "UN-");
  for (const auto& row : {elsewhere, eldest, second, unset}) sign_in(row, "app-1");
  sign_in(apart, "app-2");
  const auto owner = [&](const ConnectionRow& row, const std::string& app) {
    return value_of(read([&](store::Reader& reader) { return call_budget_owner(reader, vault, row, app); }));
  };
  EXPECT_EQ(owner(eldest, "app-1"), eldest.id);
  EXPECT_EQ(owner(second, "app-1"), eldest.id);
  EXPECT_EQ(owner(apart, "app-2"), apart.id);
  EXPECT_EQ(owner(elsewhere, "app-1"), elsewhere.id);
  EXPECT_EQ(owner(unset, "app-1"), unset.id);
  EXPECT_EQ(owner(second, ""), second.id) << "it is not signed in";
  const auto siblings = value_of(read([&](store::Reader& reader) { return division_siblings(reader, second); }));
  ASSERT_EQ(siblings.size(), 2U);
  EXPECT_EQ(siblings[0].name, "eldest");
  EXPECT_EQ(siblings[1].name, "apart");
  EXPECT_TRUE(value_of(read([&](store::Reader& reader) { return division_siblings(reader, unset); })).empty());
}

}  // namespace shared_division_test
}  // namespace connector::flows
