#include "server/access.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "net/event_loop.h"
#include "net/system_random.h"
#include "ports/concurrency.h"
#include "server/second_factor.h"
#include "server/totp.h"
#include "store/sqlite/sqlite_store.h"

namespace connector::server {
namespace access_test {

class SettableClock final : public ports::Clock {
 public:
  domain::UtcTime now() const override { return now_; }
  void pass(domain::Milliseconds duration) { now_ += duration; }

 private:
  domain::UtcTime now_ = domain::from_epoch_milliseconds(1'795'000'000'000);
};

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "access-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    auto opened = store::open_sqlite_store(folder_ + "/store.db", loop_, clock_);
    ASSERT_TRUE(opened);
    store_ = std::move(*opened);
    secrets_ = std::make_unique<store::SecretStore>(*store_, store::Vault(store::MasterKey::generate()));
    access_ = std::make_unique<Access>(Access::Ports{*store_, loop_, clock_, random_, *secrets_}, false);
  }
  void TearDown() override {
    access_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  template <class T>
  T wait(ports::Task<T> task) {
    return net::run_until_complete(loop_, std::move(task));
  }
  /// Follows the first link with this password.
  Access::SignedIn first(const std::string& password) {
    auto token = wait(access_->first_invitation());
    auto signed_in = wait(access_->accept_invitation(*token, password));
    EXPECT_TRUE(signed_in) << signed_in.error().message;
    return *signed_in;
  }
  domain::Result<Caller> caller(const std::string& method, ports::HttpHeaders headers) {
    ports::ServerRequest request;
    request.method = method;
    request.headers = std::move(headers);
    return wait(access_->caller_of(&request));
  }
  static std::string cookie_of(const Access::SignedIn& signed_in) {
    return signed_in.cookie.substr(0, signed_in.cookie.find(';'));
  }

  std::string folder_;
  SettableClock clock_;
  net::EventLoop loop_;
  net::SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::SecretStore> secrets_;
  std::unique_ptr<Access> access_;
};

constexpr const char* kPassword = "correct horse battery";

TEST_F(AccessTest, TheFirstLinkMakesOneAdministratorOnce) {
  const auto token = wait(access_->first_invitation());
  ASSERT_TRUE(token);
  EXPECT_FALSE(wait(access_->accept_invitation(*token, "short")));
  EXPECT_FALSE(wait(access_->accept_invitation(*token + "x", kPassword)));
  const auto signed_in = wait(access_->accept_invitation(*token, kPassword));
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(signed_in->caller.role, Role::administrator);
  EXPECT_FALSE(wait(access_->accept_invitation(*token, "another long password"))) << "a link works once";
  EXPECT_EQ(*wait(access_->first_invitation()), "");
  EXPECT_TRUE(wait(access_->sign_in("ADMIN", kPassword, "::1")));
}

TEST_F(AccessTest, ALinkGrowsOldAndANewOneEndsIt) {
  const auto token = wait(access_->first_invitation());
  const auto next = wait(access_->first_invitation());
  EXPECT_FALSE(wait(access_->invited(*token)));
  EXPECT_TRUE(wait(access_->invited(*next)));
  clock_.pass(std::chrono::hours(73));
  EXPECT_FALSE(wait(access_->invited(*next)));
}

TEST_F(AccessTest, ASessionReadsWithItsCookieAndChangesOnlyWithItsCsrfToken) {
  const auto signed_in = first(kPassword);
  const std::string cookie = "other=1; " + cookie_of(signed_in);
  EXPECT_NE(signed_in.cookie.find("HttpOnly; SameSite=Strict"), std::string::npos);
  const auto reads = caller("GET", {{"Cookie", cookie}});
  ASSERT_TRUE(reads);
  EXPECT_EQ(reads->name, "admin");
  const auto unproved = caller("POST", {{"Cookie", cookie}});
  ASSERT_FALSE(unproved);
  EXPECT_EQ(unproved.error().cause, domain::Cause::permission_denied);
  EXPECT_FALSE(caller("POST", {{"Cookie", cookie}, {"X-CSRF-Token", "guess"}}));
  EXPECT_TRUE(caller("POST", {{"Cookie", cookie}, {"X-CSRF-Token", reads->csrf}}));
  EXPECT_FALSE(caller("GET", {{"Cookie", cookie + "x"}}));
  EXPECT_FALSE(caller("GET", {}));
}

TEST_F(AccessTest, ASessionEndsWhenSignedOutAndWhenUnused) {
  const auto first_session = first(kPassword);
  const auto cookie = cookie_of(first_session);
  clock_.pass(std::chrono::hours(11));
  EXPECT_TRUE(caller("GET", {{"Cookie", cookie}}));
  clock_.pass(std::chrono::hours(11));
  EXPECT_TRUE(caller("GET", {{"Cookie", cookie}})) << "it was used meanwhile";
  clock_.pass(std::chrono::hours(13));
  EXPECT_FALSE(caller("GET", {{"Cookie", cookie}}));
  const auto second = wait(access_->sign_in("admin", kPassword, "::1"));
  ASSERT_TRUE(second);
  EXPECT_TRUE(wait(access_->sign_out(second->caller)));
  EXPECT_FALSE(caller("GET", {{"Cookie", cookie_of(*second)}}));
}

TEST_F(AccessTest, WrongPasswordsSlowTheNextOnesDown) {
  first(kPassword);
  for (int time = 0; time < 5; ++time) {
    const auto refused = wait(access_->sign_in("admin", "wrong", "::1"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().cause, domain::Cause::authentication_failed);
  }
  const auto blocked = wait(access_->sign_in("admin", kPassword, "::2"));
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().cause, domain::Cause::rate_limited);
  clock_.pass(std::chrono::seconds(31));
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "::2")));
}

TEST_F(AccessTest, OfManyPasswordsAtOnceNoMoreAreLookedAtThanOfSomeOneByOne) {
  first(kPassword);
  const auto looked_at = [this](int guesses, const std::string& address, bool one_name) {
    int checked = 0;
    const auto guess = [&](int number) -> ports::Task<void> {
      const std::string name = one_name ? std::string("admin") : "guess" + std::to_string(number);
      const auto refused = co_await access_->sign_in(name, "wrong", address);
      if (!refused && refused.error().cause == domain::Cause::authentication_failed) ++checked;
    };
    const auto all = [&]() -> ports::Task<bool> {
      ports::TaskGroup group(loop_);
      for (int number = 0; number < guesses; ++number) group.spawn(guess(number));
      co_await group.join();
      co_return true;
    };
    EXPECT_TRUE(wait(all()));
    return checked;
  };
  EXPECT_EQ(looked_at(40, "198.51.100.7", true), 5);
  EXPECT_LE(looked_at(40, "198.51.100.8", false), 20);
  EXPECT_LE(looked_at(40, "127.0.0.1", false), 16) << "no more wait than can be worked on soon";
}

TEST_F(AccessTest, TheAddressesOfOneNetworkCountTogether) {
  first(kPassword);
  for (int time = 0; time < 20; ++time) {
    EXPECT_FALSE(
        wait(access_->sign_in("guess" + std::to_string(time), "wrong", "2001:db8:1:2::" + std::to_string(time))));
  }
  EXPECT_EQ(wait(access_->sign_in("admin", kPassword, "2001:db8:1:2:ffff::1")).error().cause,
            domain::Cause::rate_limited);
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "2001:db8:1:3::1")));
}

TEST_F(AccessTest, ANameThatNobodyCanHaveIsNotRemembered) {
  first(kPassword);
  for (int time = 0; time < 6; ++time) {
    EXPECT_EQ(wait(access_->sign_in(std::string(1'000'000, 'a'), "wrong", "::1")).error().cause,
              domain::Cause::authentication_failed)
        << "it is not counted, so it is never blocked";
  }
}

TEST_F(AccessTest, WrongPasswordsForManyNamesBlockTheirAddressAlone) {
  first(kPassword);
  const auto guess = [this](int number, const std::string& address) {
    return wait(access_->sign_in("guess" + std::to_string(number), "wrong", address)).error().cause;
  };
  for (int time = 0; time < 20; ++time) {
    if (time == 10) {
      EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "198.51.100.7"))) << "which clears nothing";
    }
    EXPECT_EQ(guess(time, "198.51.100.7"), domain::Cause::authentication_failed);
  }
  EXPECT_EQ(wait(access_->sign_in("admin", kPassword, "198.51.100.7")).error().cause, domain::Cause::rate_limited);
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "198.51.100.8")));
  clock_.pass(std::chrono::minutes(61));
  EXPECT_EQ(guess(21, "198.51.100.7"), domain::Cause::authentication_failed);
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "198.51.100.7"))) << "old failures are forgotten";
}

TEST_F(AccessTest, AnUntoldWebServerBeforeItLocksNobodyOut) {
  first(kPassword);
  for (int time = 0; time < 30; ++time) {
    EXPECT_FALSE(wait(access_->sign_in("guess" + std::to_string(time), "wrong", "127.0.0.1")));
  }
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "127.0.0.1")));
  for (int time = 0; time < 5; ++time) EXPECT_FALSE(wait(access_->sign_in("admin", "wrong", "127.0.0.1")));
  EXPECT_EQ(wait(access_->sign_in("admin", kPassword, "127.0.0.1")).error().cause, domain::Cause::rate_limited)
      << "each name has its own count";
}

TEST_F(AccessTest, TheTrailTellsWhereASignInCameFrom) {
  first(kPassword);
  EXPECT_FALSE(wait(access_->sign_in("admin", "wrong", "198.51.100.7")));
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "2001:db8::7")));
  const auto trail = wait(store_->read([](store::Reader& reader) { return reader.audit({}); }));
  ASSERT_TRUE(trail) << trail.error().message;
  std::map<std::string, std::string> told;
  for (const store::AuditRecord& record : *trail) told[record.action] = record.detail;
  EXPECT_NE(told["user.sign_in_refused"].find("198.51.100.7"), std::string::npos);
  EXPECT_NE(told["user.signed_in"].find("2001:db8::7"), std::string::npos);
}

TEST_F(AccessTest, UnknownNamesAndLockedOutUsersAreRefusedAlike) {
  const auto signed_in = first(kPassword);
  const auto unknown = wait(access_->sign_in("nobody", kPassword, "::1"));
  ASSERT_FALSE(unknown);
  auto locked = wait(store_->write([](store::Transaction& transaction) -> domain::Result<void> {
    auto user = store::console(transaction).console_user("admin");
    (*user)->disabled = true;
    return store::console(transaction).update_console_user(**user);
  }));
  ASSERT_TRUE(locked);
  const auto refused = wait(access_->sign_in("admin", kPassword, "::1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, unknown.error().message);
  EXPECT_FALSE(caller("GET", {{"Cookie", cookie_of(signed_in)}}));
}

TEST_F(AccessTest, ChangingThePasswordEndsOtherSessions) {
  const auto mine = first(kPassword);
  const auto other = wait(access_->sign_in("admin", kPassword, "::1"));
  ASSERT_TRUE(other);
  EXPECT_FALSE(wait(access_->change_password(mine.caller, "wrong", "a new long password", "::1")));
  EXPECT_TRUE(wait(access_->change_password(mine.caller, kPassword, "a new long password", "::1")));
  EXPECT_TRUE(caller("GET", {{"Cookie", cookie_of(mine)}}));
  EXPECT_FALSE(caller("GET", {{"Cookie", cookie_of(*other)}}));
  EXPECT_FALSE(wait(access_->sign_in("admin", kPassword, "::1")));
}

TEST_F(AccessTest, WithAnAuthenticatorAppThePasswordAloneDoesNotDo) {
  const auto mine = first(kPassword);
  const auto secret = wait(access_->begin_second_factor(mine.caller));
  ASSERT_TRUE(secret);
  const auto code = [&] { return totp_code(base32_bytes(*secret), totp_step(clock_.now())); };
  EXPECT_FALSE(wait(access_->sign_in("admin", kPassword, "::1"))->needs_code) << "it is not confirmed yet";
  EXPECT_FALSE(wait(access_->confirm_second_factor(mine.caller, "000000")));
  ASSERT_TRUE(wait(access_->confirm_second_factor(mine.caller, code())));
  const auto alone = wait(access_->sign_in("admin", kPassword, "::1"));
  ASSERT_TRUE(alone);
  EXPECT_TRUE(alone->needs_code);
  EXPECT_EQ(alone->cookie, "");
  EXPECT_FALSE(wait(access_->sign_in("admin", kPassword, "::1", code()))) << "the code that confirmed it was used";
  clock_.pass(std::chrono::seconds(30));
  const auto both = wait(access_->sign_in("admin", kPassword, "::1", code()));
  ASSERT_TRUE(both);
  EXPECT_NE(both->cookie, "");
  EXPECT_FALSE(wait(access_->sign_in("admin", "wrong", "::1", code())));
  EXPECT_FALSE(wait(access_->begin_second_factor(mine.caller))) << "an open session cannot put another in its place";

  // A new link sets a password, but is no way around the code.
  const auto link = wait(access_->invite(mine.caller.user, "admin"));
  const auto accepted = wait(access_->accept_invitation(*link, "a new long password"));
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->needs_code);
  EXPECT_EQ(accepted->cookie, "");

  clock_.pass(std::chrono::seconds(30));
  EXPECT_TRUE(wait(access_->end_second_factor(mine.caller, code())));
  EXPECT_FALSE(wait(access_->sign_in("admin", "a new long password", "::1"))->needs_code);
}

TEST_F(AccessTest, WrongCodesSlowTheNextOnesDownThoughThePasswordIsRight) {
  const auto mine = first(kPassword);
  const auto secret = wait(access_->begin_second_factor(mine.caller));
  const auto code = [&] { return totp_code(base32_bytes(*secret), totp_step(clock_.now())); };
  ASSERT_TRUE(wait(access_->confirm_second_factor(mine.caller, code())));
  for (int time = 0; time < 5; ++time) {
    const auto refused = wait(access_->sign_in("admin", kPassword, "::1", "abcdef"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().cause, domain::Cause::authentication_failed);
  }
  clock_.pass(std::chrono::seconds(29));
  const auto blocked = wait(access_->sign_in("admin", kPassword, "::1", code()));
  ASSERT_FALSE(blocked);
  EXPECT_EQ(blocked.error().cause, domain::Cause::rate_limited);
  clock_.pass(std::chrono::seconds(31));
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "::1", code())));
}

TEST_F(AccessTest, WhatTheStoreCannotTellCountsForNoWrongCode) {
  const auto mine = first(kPassword);
  const auto secret = wait(access_->begin_second_factor(mine.caller));
  const auto code = [&] { return totp_code(base32_bytes(*secret), totp_step(clock_.now())); };
  ASSERT_TRUE(wait(access_->confirm_second_factor(mine.caller, code())));
  const std::string name = "second_factor/" + std::to_string(mine.caller.user);
  const auto put = [&](const std::string& sealed) {
    EXPECT_TRUE(wait(store_->write(
        [name, sealed](store::Transaction& transaction) { return transaction.put_sealed_secret(0, name, sealed); })));
  };
  const auto sealed = wait(store_->read([name](store::Reader& reader) { return reader.sealed_secret(0, name); }));
  ASSERT_TRUE(sealed && *sealed);
  put("damaged");
  clock_.pass(std::chrono::seconds(30));
  for (int time = 0; time < 6; ++time) {
    const auto untold = wait(access_->sign_in("admin", kPassword, "::1", code()));
    ASSERT_FALSE(untold);
    EXPECT_EQ(untold.error().cause, domain::Cause::store_failure);
  }
  put(**sealed);
  EXPECT_TRUE(wait(access_->sign_in("admin", kPassword, "::1", code())));
}

TEST_F(AccessTest, OfManyCodesAtOnceNoMoreAreLookedAtThanOfSomeOneByOne) {
  const auto mine = first(kPassword);
  const auto secret = wait(access_->begin_second_factor(mine.caller));
  const auto code = [&] { return totp_code(base32_bytes(*secret), totp_step(clock_.now())); };
  ASSERT_TRUE(wait(access_->confirm_second_factor(mine.caller, code())));
  std::vector<domain::Cause> causes;
  const auto guess = [&]() -> ports::Task<void> {
    const auto ended = co_await access_->end_second_factor(mine.caller, "abcdef");
    causes.push_back(ended ? domain::Cause::cancelled : ended.error().cause);
  };
  const auto guess_often = [&]() -> ports::Task<bool> {
    ports::TaskGroup guesses(loop_);
    for (int time = 0; time < 20; ++time) guesses.spawn(guess());
    co_await guesses.join();
    co_return true;
  };
  EXPECT_TRUE(wait(guess_often()));
  EXPECT_EQ(std::count(causes.begin(), causes.end(), domain::Cause::rate_limited), 15);
}

TEST_F(AccessTest, ATokenHasTheRightsOfItsScopeAndNeedsNoCsrfToken) {
  const auto token = wait(access_->add_token("report", Role::viewer, "admin"));
  ASSERT_TRUE(token);
  const auto used = caller("POST", {{"Authorization", "Bearer " + token->token}});
  ASSERT_TRUE(used);
  EXPECT_EQ(used->role, Role::viewer);
  EXPECT_EQ(used->name, "token:report");
  EXPECT_FALSE(caller("GET", {{"Authorization", "Bearer " + token->token + "x"}}));
  EXPECT_FALSE(caller("GET", {{"Authorization", "Basic " + token->token}}));
}

}  // namespace access_test
}  // namespace connector::server
