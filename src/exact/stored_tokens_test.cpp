#include "exact/stored_tokens.h"

#include <gtest/gtest.h>

#include "ports/test_doubles.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::exact {
namespace stored_tokens_test {

using domain::Cause;
using std::chrono::seconds;

class StoredTokensTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store::SqliteStoreOptions options;
    options.run_inline = true;
    auto opened = store::open_sqlite_store(":memory:", time, time, options);
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    secrets.emplace(*store, store::Vault(store::MasterKey::generate()));
  }
  StoredTokens tokens_of(store::ConnectionId connection, const std::string& process = "p1") {
    return StoredTokens(*store, *secrets, time, connection, process);
  }

  Tokens old_pair() const { return {"old", "old", time.now(), time.now()}; }

  ports::testing::ManualTime time{domain::UtcTime{seconds{1'760'000'000}}};
  std::unique_ptr<store::Store> store;
  std::optional<store::SecretStore> secrets;
  Tokens pair{"access", "refresh", domain::UtcTime{seconds{1'760'000'000}}, domain::UtcTime{seconds{1'760'000'600}}};
};

TEST_F(StoredTokensTest, KeepsThePairOfEachConnection) {
  StoredTokens one = tokens_of(1);
  EXPECT_EQ(time.run(one.load()).value(), std::nullopt);
  ASSERT_TRUE(time.run(one.lock(time.now() + seconds{60})).value());
  ASSERT_TRUE(time.run(one.save(pair, {})));
  time.run(one.unlock());
  const auto loaded = time.run(tokens_of(1, "p2").load());
  ASSERT_TRUE(loaded && *loaded);
  EXPECT_EQ((*loaded)->access_token, "access");
  EXPECT_EQ((*loaded)->refresh_token, "refresh");
  EXPECT_EQ((*loaded)->issued_at, pair.issued_at);
  EXPECT_EQ((*loaded)->expires_at, pair.expires_at);
  EXPECT_EQ(time.run(tokens_of(2).load()).value(), std::nullopt);
}

TEST_F(StoredTokensTest, TheLockHoldsAcrossProcessesAndWithinOne) {
  StoredTokens one = tokens_of(1);
  StoredTokens same_process = tokens_of(1);
  StoredTokens other_process = tokens_of(1, "p2");
  StoredTokens other_connection = tokens_of(2);
  EXPECT_TRUE(time.run(one.lock(time.now() + seconds{60})).value());
  EXPECT_FALSE(time.run(same_process.lock(time.now() + seconds{60})).value());
  EXPECT_FALSE(time.run(other_process.lock(time.now() + seconds{60})).value());
  EXPECT_TRUE(time.run(other_connection.lock(time.now() + seconds{60})).value());
  time.run(one.unlock());
  EXPECT_TRUE(time.run(other_process.lock(time.now() + seconds{60})).value());
}

TEST_F(StoredTokensTest, ALockThatRanOutIsFencedOff) {
  StoredTokens slow = tokens_of(1);
  StoredTokens quick = tokens_of(1, "p2");
  ASSERT_TRUE(time.run(slow.lock(time.now() + seconds{60})).value());
  time.pass(seconds{61});
  ASSERT_TRUE(time.run(quick.lock(time.now() + seconds{60})).value());
  ASSERT_TRUE(time.run(quick.save(pair, {})));
  const auto late = time.run(slow.save(Tokens{"late", "late", time.now(), time.now()}, "refresh"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().cause, Cause::fenced);
  EXPECT_EQ(time.run(quick.load()).value()->access_token, "access");
}

TEST_F(StoredTokensTest, ANewerPairIsNotWrittenOverAlthoughItsLockWasGivenBack) {
  StoredTokens slow = tokens_of(1);
  StoredTokens quick = tokens_of(1, "p2");
  ASSERT_TRUE(time.run(slow.lock(time.now() + seconds{60})).value());
  ASSERT_TRUE(time.run(slow.save(old_pair(), {})));
  time.pass(seconds{61});
  ASSERT_TRUE(time.run(quick.lock(time.now() + seconds{60})).value());
  ASSERT_TRUE(time.run(quick.save(pair, "old")));
  time.run(quick.unlock());
  for (const Tokens& written : {old_pair(), Tokens{"late", "late", time.now(), time.now()}}) {
    const auto late = time.run(slow.save(written, "old"));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().cause, Cause::fenced);
  }
  EXPECT_EQ(time.run(quick.load()).value()->access_token, "access");
  EXPECT_TRUE(time.run(quick.lock(time.now() + seconds{60})).value()) << "the late one took nothing";
}

TEST_F(StoredTokensTest, OfOnePairWhoHeldTheLockLastTellsHowItsRenewalStands) {
  StoredTokens slow = tokens_of(1);
  StoredTokens quick = tokens_of(1, "p2");
  ASSERT_TRUE(time.run(slow.lock(time.now() + seconds{60})).value());
  ASSERT_TRUE(time.run(slow.save(old_pair(), {})));
  time.pass(seconds{61});
  ASSERT_TRUE(time.run(quick.lock(time.now() + seconds{60})).value());
  Tokens dead = old_pair();
  dead.renewal.is_dead = true;
  ASSERT_TRUE(time.run(quick.save(dead, "old")));
  EXPECT_FALSE(time.run(slow.save(pair, "old"))) << "another holds the lock";
  time.run(quick.unlock());
  EXPECT_FALSE(time.run(slow.save(old_pair(), "old"))) << "it knows less than the one who asked later";
  EXPECT_TRUE(time.run(quick.load()).value()->renewal.is_dead);
  ASSERT_TRUE(time.run(slow.save(pair, "old"))) << "a pair that comes late is the only one that lives";
  EXPECT_EQ(time.run(quick.load()).value()->access_token, "access");
}

TEST_F(StoredTokensTest, ALatePairIsKeptIfNoneCameBetween) {
  StoredTokens slow = tokens_of(1);
  ASSERT_TRUE(time.run(slow.lock(time.now() + seconds{60})).value());
  time.pass(seconds{61});
  ASSERT_TRUE(time.run(slow.save(pair, {})));
  ASSERT_TRUE(time.run(slow.save(pair, "refresh"))) << "its own writes do not fence it off";
  EXPECT_EQ(time.run(tokens_of(1, "p2").load()).value()->access_token, "access");
}

TEST_F(StoredTokensTest, HowTheRenewalStandsIsStoredWithThePair) {
  StoredTokens tokens = tokens_of(1);
  ASSERT_TRUE(time.run(tokens.lock(time.now() + seconds{60})).value());
  Tokens troubled = pair;
  troubled.renewal.asked_at = time.now();
  troubled.renewal.lost_answer_at = time.now() - seconds{5};
  troubled.renewal.not_before = time.now() + seconds{20};
  troubled.renewal.trusted_until = time.now() + seconds{30};
  troubled.renewal.unanswered = 2;
  troubled.renewal.refusals = 3;
  troubled.renewal.is_dead = true;
  ASSERT_TRUE(time.run(tokens.save(troubled, {})));
  EXPECT_EQ(time.run(tokens_of(1, "p2").load()).value()->renewal, troubled.renewal);
  ASSERT_TRUE(time.run(tokens.save(pair, {})));
  EXPECT_EQ(time.run(tokens_of(1, "p2").load()).value()->renewal, Renewal{});
}

TEST_F(StoredTokensTest, UnreadableTokensAreNotShown) {
  ASSERT_TRUE(time.run(secrets->put(1, "exact_tokens", "{\"access_token\":\"hidden\"}")));
  const auto loaded = time.run(tokens_of(1).load());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().cause, Cause::store_failure);
  EXPECT_EQ(loaded.error().message.find("hidden"), std::string::npos);
}

}  // namespace stored_tokens_test
}  // namespace connector::exact
