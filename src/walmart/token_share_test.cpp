#include <gtest/gtest.h>

#include "ports/test_doubles.h"
#include "store/test_store.h"
#include "walmart/session.h"
#include "walmart/stored_token.h"

namespace connector::walmart {
namespace token_share_test {

using ports::testing::CountingRandom;
using ports::testing::ManualTime;
using ports::testing::OpenGate;
using ports::testing::ScriptedTransport;

class TokenShareTest : public ::testing::Test {
 protected:
  TokenShareTest() {
    store = store::testing::store_with_shop(time, time);
    secrets.emplace(*store, store::Vault(*store::MasterKey::from_bytes(std::string(32, 'k'))));
  }
  /// A process with its own session.
  struct Process {
    Process(TokenShareTest& test, const std::string& name, const std::string& client_id = "id")
        : share(*test.store, *test.secrets, test.time, 1, name),
          session({client_id, "secret"}, test.transport, test.gate, test.random, test.time, test.time, {}, &share) {}
    StoredToken share;
    Session session;
  };
  void answer(const std::string& token) {
    transport.answer(200, R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":900})");
  }
  std::string token(Process& process) {
    auto got = time.run(process.session.token());
    return got ? got->value : got.error().error.message;
  }

  ManualTime time{domain::UtcTime{std::chrono::seconds{1'760'000'000}}};
  ScriptedTransport transport{time};
  OpenGate gate;
  CountingRandom random;
  std::unique_ptr<store::Store> store;
  std::optional<store::SecretStore> secrets;
};

TEST_F(TokenShareTest, WhatOneProcessWasGivenTheOthersUseAlsoAfterARestart) {
  answer("T1");
  {
    Process first(*this, "a");
    EXPECT_EQ(token(first), "T1");
  }
  Process second(*this, "b");
  EXPECT_EQ(token(second), "T1");
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(TokenShareTest, TheStoredTokenIsEncrypted) {
  answer("SECRET-TOKEN");
  Process process(*this, "a");
  EXPECT_EQ(token(process), "SECRET-TOKEN");
  auto sealed = time.run(store->read([](store::Reader& reader) { return reader.sealed_secret(1, "walmart_token"); }));
  ASSERT_TRUE(sealed && *sealed);
  EXPECT_EQ((*sealed)->find("SECRET"), std::string::npos);
}

TEST_F(TokenShareTest, OneProcessRenewsAheadOfExpiryAndTheOthersFollow) {
  answer("T1");
  Process first(*this, "a");
  Process second(*this, "b");
  EXPECT_EQ(token(first), "T1");
  EXPECT_EQ(token(second), "T1");
  time.pass(std::chrono::seconds{845});
  answer("T2");
  transport.delay = std::chrono::seconds{2};
  auto renewing = first.session.token();
  renewing.start();
  // The old one is still good while the other process asks.
  EXPECT_EQ(token(second), "T1");
  EXPECT_EQ(time.finish(std::move(renewing))->value, "T2");
  EXPECT_EQ(token(second), "T2");
  EXPECT_EQ(transport.requests.size(), 2U);
}

TEST_F(TokenShareTest, AProcessWithoutATokenWaitsForTheOneThatAsks) {
  answer("T1");
  transport.delay = std::chrono::seconds{2};
  Process first(*this, "a");
  Process second(*this, "b");
  auto asking = first.session.token();
  asking.start();
  EXPECT_EQ(token(second), "T1");
  EXPECT_EQ(time.finish(std::move(asking))->value, "T1");
  EXPECT_EQ(transport.requests.size(), 1U);
}

TEST_F(TokenShareTest, ALeaseLeftByAKilledProcessRunsOut) {
  Process killed(*this, "a");
  ASSERT_TRUE(*time.run(killed.share.lock(time.now() + std::chrono::seconds{20})));
  answer("T1");
  Process heir(*this, "b");
  EXPECT_EQ(token(heir), "T1");
}

TEST_F(TokenShareTest, ARefusedTokenAndOneOfOtherCredentialsAreNotTakenAgain) {
  answer("T1");
  Process first(*this, "a");
  EXPECT_EQ(token(first), "T1");
  first.session.reject("T1");
  answer("T2");
  EXPECT_EQ(token(first), "T2");
  Process other(*this, "b", "other-id");
  answer("T3");
  EXPECT_EQ(token(other), "T3");
  EXPECT_EQ(transport.requests.size(), 3U);
}

}  // namespace token_share_test
}  // namespace connector::walmart
