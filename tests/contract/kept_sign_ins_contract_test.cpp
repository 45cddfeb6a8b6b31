// A connection that rests keeps its sign-in at a simulated Exact.

#include "exact/stored_tokens.h"
#include "exact_store_fixture.h"
#include "flows/connection_runtime.h"
#include "flows/kept_sign_ins.h"

namespace connector::contract {
namespace kept_sign_ins_contract_test {

using domain::Result;
using std::chrono::hours;

class KeptSignIns : public ExactStoreContract {
 protected:
  void SetUp() override {
    put(flows::kExactCredentials,
        json::write(json::Object{{"client_id", credentials.client_id}, {"client_secret", credentials.client_secret}}));
    auto runtime = open();
    const auto signed_in = time.run(runtime->exact_session().exchange_code(consent()));
    ASSERT_TRUE(signed_in) << signed_in.error().error.message;
    pause(true);
  }
  void put(std::string_view name, std::string text) {
    ASSERT_TRUE(time.run(secrets.put(1, std::string(name), std::move(text))));
  }
  void pause(bool paused) {
    ASSERT_TRUE(time.run(store->write([paused](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.connection(1);
      if (!row) return domain::fail(row.error());
      (*row)->paused = paused;
      return transaction.update_connection(**row);
    })));
  }
  std::unique_ptr<flows::ConnectionRuntime> open() {
    auto row = time.run(store->read([](store::Reader& reader) { return reader.connection(1); }));
    return time.run(flows::ConnectionRuntime::open(environment, **row)).value();
  }
  bool is_signed_in() {
    auto runtime = open();
    return time.run(runtime->exact_session().token()).has_value();
  }
  std::size_t keep() { return time.run(flows::keep_paused_sign_ins(environment)).value().size(); }

  store::SecretStore secrets{*store, store::Vault(*store::MasterKey::from_bytes(std::string(32, 'k')))};
  flows::Environment environment{*store, secrets, time, time, random, transport, {}, options, credentials.redirect_uri,
                                 "test", {}};
};

TEST_F(KeptSignIns, WithoutItThirtyDaysEndIt) {
  time.pass(hours(24 * 31));
  EXPECT_FALSE(is_signed_in());
}

TEST_F(KeptSignIns, APausedConnectionIsRenewedOnceADay) {
  std::size_t renewed = 0;
  for (int hour = 0; hour < 24 * 40; ++hour) {
    time.pass(hours(1));
    renewed += keep();
  }
  EXPECT_EQ(renewed, 40U);
  EXPECT_TRUE(is_signed_in());
}

TEST_F(KeptSignIns, OneThatWorksIsLeftAlone) {
  pause(false);
  time.pass(hours(30));
  EXPECT_EQ(keep(), 0U);
}

TEST_F(KeptSignIns, WhatFailsIsSaid) {
  time.pass(hours(24 * 31));
  const auto kept = time.run(flows::keep_paused_sign_ins(environment)).value();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].connection, "shop");
  ASSERT_FALSE(kept[0].outcome);
  EXPECT_EQ(kept[0].outcome.error().cause, domain::Cause::authentication_failed);
}

}  // namespace kept_sign_ins_contract_test
}  // namespace connector::contract
