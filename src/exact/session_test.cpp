#include "exact/session.h"

#include <gtest/gtest.h>

#include "ports/test_doubles.h"

namespace connector::exact {
namespace session_test {

using domain::Cause;
using domain::UtcTime;
using ports::testing::CountingRandom;
using ports::testing::ManualTime;
using ports::testing::OpenGate;
using ports::testing::ScriptedTransport;
using std::chrono::seconds;
using Kind = ports::TransportFailure::Kind;

/// What all processes share: the stored pair and its lock.
struct SharedStore {
  std::optional<Tokens> tokens;
  std::string holder;
  UtcTime held_until{};
  std::string trying;
  UtcTime trial_until{};
  int saves = 0;
  int saves_before_failure = 0;
  int failing_saves = 0;
};

class FakeVault : public TokenVault {
 public:
  FakeVault(SharedStore& store, ManualTime& time, std::string name)
      : store_(store), time_(time), name_(std::move(name)) {}
  ports::Task<domain::Result<std::optional<Tokens>>> load() override {
    ++loads;
    co_return store_.tokens;
  }
  ports::Task<domain::Result<void>> save(Tokens tokens, std::string replaces) override {
    const bool is_newer = !replaces.empty() && store_.tokens && store_.tokens->refresh_token != replaces;
    const bool is_held = !store_.holder.empty() && store_.holder != name_ && time_.now() < store_.held_until;
    if (is_newer || is_held) co_return domain::fail(Cause::fenced, "another process has taken over");
    if (store_.saves_before_failure > 0) {
      --store_.saves_before_failure;
    } else if (store_.failing_saves > 0) {
      --store_.failing_saves;
      co_return domain::fail(Cause::store_failure, "the disk is full");
    }
    ++store_.saves;
    store_.tokens = tokens;
    co_return domain::Result<void>{};
  }
  ports::Task<domain::Result<bool>> lock(UtcTime until) override {
    ++locks;
    if (!store_.holder.empty() && store_.holder != name_ && time_.now() < store_.held_until) co_return false;
    store_.holder = name_;
    store_.held_until = until;
    co_return true;
  }
  ports::Task<void> unlock() override {
    if (store_.holder == name_) store_.holder.clear();
    co_return;
  }
  ports::Task<domain::Result<bool>> take_trial(UtcTime until) override {
    if (!store_.trying.empty() && store_.trying != name_ && time_.now() < store_.trial_until) co_return false;
    store_.trying = name_;
    store_.trial_until = until;
    co_return true;
  }
  int loads = 0;
  int locks = 0;

 private:
  SharedStore& store_;
  ManualTime& time_;
  std::string name_;
};

class ExactSessionTest : public ::testing::Test {
 protected:
  ExactSessionTest() { store.tokens = Tokens{"A1", "R1", time.now(), time.now() + seconds{600}}; }

  static std::string pair(const std::string& number) {
    return R"({"access_token":"A)" + number + R"(","token_type":"bearer","expires_in":"600","refresh_token":"R)" +
           number + "\"}";
  }
  void answer_pair(const std::string& number) { transport.answer(200, pair(number)); }
  void answer_too_early() {
    transport.answer(400,
                     R"({"error":"access_denied","error_description":"Rate limit exceeded: access_token not expired"})",
                     {{"Reason", "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"}});
  }
  void answer_old_token() {
    transport.answer(401, R"({"error":"unauthorized_client","error_description":"Old refresh token used."})");
  }
  static std::string value_of(const ports::CallResult<std::string>& answer) {
    return answer ? answer->value : std::string(domain::to_string(answer.error().error.cause));
  }
  /// Another process, or a later start of the same.
  Session process_with(FakeVault& with) { return {credentials, with, transport, gate, random, time, time, options}; }
  std::string token(Session& session) { return value_of(time.run(session.token())); }
  std::string token() { return token(session); }
  std::string token_to_send() { return value_of(time.run(session.token_to_send())); }
  std::size_t asked() const { return transport.requests.size(); }

  ManualTime time{UtcTime{seconds{1'760'000'000}}};
  ScriptedTransport transport{time};
  OpenGate gate;
  CountingRandom random;
  ClientOptions options;
  Credentials credentials{"client-id", "client secret&", "https://c.example/oauth/exact/callback"};
  SharedStore store;
  FakeVault vault{store, time, "one"};
  Session session{credentials, vault, transport, gate, random, time, time, options};
};

TEST_F(ExactSessionTest, TheAuthorizationAddressNamesClientAndState) {
  EXPECT_EQ(
      authorization_address(options, credentials, "s 1"),
      "https://start.exactonline.nl/api/oauth2/auth?client_id=client-id"
      "&redirect_uri=https%3A%2F%2Fc.example%2Foauth%2Fexact%2Fcallback&response_type=code&state=s%201&force_login=0");
}

TEST_F(ExactSessionTest, RenewsAt575SecondsAndNeverBefore) {
  EXPECT_EQ(token(), "A1");
  time.pass(seconds{574});
  EXPECT_EQ(token(), "A1");
  EXPECT_EQ(asked(), 0U);
  time.pass(seconds{1});
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
  EXPECT_EQ(transport.requests[0].url, "https://start.exactonline.nl/api/oauth2/token");
  EXPECT_EQ(transport.requests[0].body,
            "grant_type=refresh_token&refresh_token=R1&client_id=client-id&client_secret=client%20secret%26");
  EXPECT_EQ(store.tokens->refresh_token, "R2");
  EXPECT_EQ(store.tokens->expires_at, time.now() + seconds{600});
  EXPECT_EQ(store.holder, "");
  EXPECT_EQ(gate.admitted, std::vector<std::string>{"oauth2/token"});
}

TEST_F(ExactSessionTest, ANumberOfSecondsIsReadAsWell) {
  time.pass(seconds{575});
  transport.answer(200, R"({"access_token":"A2","expires_in":600,"refresh_token":"R2"})");
  EXPECT_EQ(token(), "A2");
  EXPECT_EQ(store.tokens->expires_at, time.now() + seconds{600});
}

TEST_F(ExactSessionTest, ThePairIsStoredBeforeItIsUsed) {
  time.pass(seconds{601});
  store.saves_before_failure = 1;
  store.failing_saves = 2;
  answer_pair("2");
  EXPECT_EQ(token(), "store_failure") << "an unsaved token must not be used";
  EXPECT_EQ(store.tokens->refresh_token, "R1");
  EXPECT_EQ(token(), "A2") << "the pair in hand is saved before R1 is spent again";
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(store.tokens->refresh_token, "R2");
}

TEST_F(ExactSessionTest, ManyCallersCauseOneRefresh) {
  time.pass(seconds{601});
  transport.delay = seconds{1};
  answer_pair("2");
  auto one = session.token();
  auto two = session.token();
  one.start();
  two.start();
  time.pass(seconds{5});
  ASSERT_TRUE(one.done() && two.done());
  EXPECT_EQ(value_of(one.take()), "A2");
  EXPECT_EQ(value_of(two.take()), "A2");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ExactSessionTest, TwoProcessesNeverSpendTheSameRefreshToken) {
  FakeVault other_vault{store, time, "two"};
  Session other = process_with(other_vault);
  time.pass(seconds{601});
  transport.delay = seconds{3};
  answer_pair("2");
  auto one = session.token();
  auto two = other.token();
  one.start();
  two.start();
  time.pass(seconds{10});
  ASSERT_TRUE(one.done() && two.done());
  EXPECT_EQ(value_of(one.take()), "A2");
  EXPECT_EQ(value_of(two.take()), "A2") << "the second waits and re-reads what the first stored";
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ExactSessionTest, WhileAnotherRenewsALivingTokenGoesOn) {
  store.holder = "two";
  store.held_until = time.now() + std::chrono::hours{1};
  time.pass(seconds{580});
  EXPECT_EQ(token(), "A1");
  time.pass(seconds{20});
  EXPECT_EQ(token(), "api_outage") << "it waits, but not for ever";
  EXPECT_EQ(asked(), 0U);
}

TEST_F(ExactSessionTest, WhatAnotherProcessStoredIsUsed) {
  EXPECT_EQ(token(), "A1");
  time.pass(seconds{590});
  store.tokens = Tokens{"A7", "R7", time.now() - seconds{10}, time.now() + seconds{590}};
  EXPECT_EQ(token(), "A7");
  EXPECT_EQ(asked(), 0U);
}

TEST_F(ExactSessionTest, ALostAnswerIsAskedForOnceMoreWithTheSameToken) {
  time.pass(seconds{575});
  transport.fail(Kind::timed_out, true);
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
  ASSERT_EQ(asked(), 2U);
  EXPECT_EQ(transport.requests[0].body, transport.requests[1].body);
}

TEST_F(ExactSessionTest, ALostPairDelaysTheNextRefreshUntilItIsOldEnough) {
  time.pass(seconds{575});
  transport.fail(Kind::connection_lost, true);
  answer_too_early();
  EXPECT_EQ(token(), "A1") << "the old access token lives on";
  time.pass(seconds{30});
  EXPECT_EQ(token(), "rate_limited");
  EXPECT_EQ(asked(), 2U) << "no request that is known to fail";
  time.pass(seconds{545});
  answer_pair("3");
  EXPECT_EQ(token(), "A3");
  EXPECT_NE(transport.requests[2].body.find("refresh_token=R1&"), std::string::npos);
}

TEST_F(ExactSessionTest, ARequestThatCannotBeStoredIsNotSent) {
  time.pass(seconds{601});
  store.failing_saves = 1;
  EXPECT_EQ(token(), "store_failure");
  EXPECT_EQ(asked(), 0U);
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, WhatARefusalSaidHoldsForAnotherProcessAndAfterARestart) {
  time.pass(seconds{575});
  answer_too_early();
  EXPECT_EQ(token(), "A1") << "it has not expired: Exact says so";
  Session other = process_with(vault);
  time.pass(seconds{19});
  EXPECT_EQ(token(other), "A1");
  EXPECT_EQ(asked(), 1U);
  time.pass(seconds{1});
  answer_too_early();
  EXPECT_EQ(token(other), "A1");
  Session restarted = process_with(vault);
  time.pass(seconds{79});
  token(restarted);
  EXPECT_EQ(asked(), 2U) << "the second wait is longer, whoever waits";
  time.pass(seconds{1});
  answer_pair("2");
  EXPECT_EQ(token(restarted), "A2");
  EXPECT_EQ(store.tokens->renewal, Renewal{});
}

TEST_F(ExactSessionTest, AProcessThatDiedBeforeItsAnswerMayHaveBeenIssuedAPair) {
  time.pass(seconds{601});
  store.tokens->renewal.asked_at = time.now();
  store.tokens->renewal.unanswered = 1;
  time.pass(seconds{100});
  answer_too_early();
  EXPECT_EQ(token(), "rate_limited") << "asked at once: most likely the request was never heard";
  Session restarted = process_with(vault);
  time.pass(seconds{474});
  EXPECT_EQ(token(restarted), "rate_limited");
  EXPECT_EQ(asked(), 1U);
  time.pass(seconds{1});
  answer_pair("2");
  EXPECT_EQ(token(restarted), "A2");
}

TEST_F(ExactSessionTest, ProcessesThatDieOverAndOverAskLessAndLess) {
  time.pass(seconds{601});
  std::vector<std::int64_t> asked_after;
  const UtcTime start = time.now();
  while (time.now() < start + seconds{3600}) {
    const std::size_t before = asked();
    if (transport.all_sent()) transport.answer(503, "");
    Session process = process_with(vault);
    store.saves_before_failure = 1;
    store.failing_saves = 100;
    token(process);
    store.failing_saves = 0;
    if (asked() > before) asked_after.push_back(std::chrono::duration_cast<seconds>(time.now() - start).count());
    time.pass(seconds{5});
  }
  EXPECT_EQ(asked_after, (std::vector<std::int64_t>{0, 5, 85, 405, 980, 1555, 2130, 2705, 3280}));
}

TEST_F(ExactSessionTest, AnswersThatKeepBeingLostAreNoReasonToStop) {
  time.pass(seconds{575});
  transport.answer(502, "<html>");
  transport.answer(200, R"({"access_token":)");
  EXPECT_EQ(token(), "A1");
  EXPECT_EQ(token(), "A1");
  EXPECT_EQ(asked(), 2U) << "not again at once";
  time.pass(seconds{5});
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, TooEarlyKeepsTheCurrentTokenWhateverOurClockSays) {
  EXPECT_EQ(token(), "A1");
  time.set(time.now() + std::chrono::hours{2});
  answer_too_early();
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(token_to_send(), "rate_limited") << "until the first call has shown that it is taken";
  session.confirm("A1");
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(asked(), 1U);
  time.pass(seconds{20});
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, ATokenThatIsOverIsTriedAFewTimesOnlyWhileNobodyHearsWhy) {
  time.pass(seconds{3600});
  // Exact gave a newer one to a process that died before it heard; a gateway hides what the calls are answered.
  for (int i = 0; i < 20; ++i) answer_too_early();
  int calls = 0;
  for (int i = 0; i < 600; ++i) {
    if (token_to_send() == "A1") ++calls;
    time.pass(seconds{1});
  }
  EXPECT_FALSE(transport.all_sent());
  EXPECT_GT(calls, 0);
  EXPECT_LE(calls, 5);
}

TEST_F(ExactSessionTest, AnOldRefreshTokenMeansAnotherProcessHasRenewed) {
  time.pass(seconds{601});
  transport.reply([this](const ports::HttpRequest&) -> ports::HttpOutcome {
    store.tokens = Tokens{"A5", "R5", time.now(), time.now() + seconds{600}};
    return ports::HttpResponse{
        401, {}, R"({"error":"unauthorized_client","error_description":"Old refresh token used."})"};
  });
  EXPECT_EQ(token(), "A5");
}

TEST_F(ExactSessionTest, APairThatIsHeardLateIsKeptAlthoughAnotherWasRefusedMeanwhile) {
  FakeVault other_vault{store, time, "two"};
  Session other = process_with(other_vault);
  time.pass(seconds{601});
  transport.delay = seconds{200};
  auto late = session.token();
  late.start();
  time.pass(seconds{150});
  transport.delay = seconds{0};
  answer_old_token();
  EXPECT_EQ(token(other), "authentication_failed");
  EXPECT_TRUE(store.tokens->renewal.is_dead);
  answer_pair("2");
  time.pass(seconds{60});
  ASSERT_TRUE(late.done());
  EXPECT_EQ(value_of(late.take()), "A2");
  EXPECT_EQ(token(other), "A2");
  EXPECT_EQ(asked(), 2U);
}

TEST_F(ExactSessionTest, APairThatIsHeardWhileAnotherAsksIsStoredAfterIt) {
  FakeVault other_vault{store, time, "two"};
  Session other = process_with(other_vault);
  time.pass(seconds{601});
  transport.delay = seconds{200};
  answer_pair("2");
  auto late = session.token();
  late.start();
  time.pass(seconds{190});
  transport.delay = seconds{30};
  answer_old_token();
  auto refused = other.token();
  refused.start();
  time.pass(seconds{11});
  ASSERT_TRUE(late.done());
  EXPECT_EQ(value_of(late.take()), "fenced") << "it may not be used before it is stored";
  time.pass(seconds{30});
  ASSERT_TRUE(refused.done());
  EXPECT_EQ(value_of(refused.take()), "authentication_failed");
  EXPECT_EQ(token(), "A2");
  EXPECT_EQ(token(other), "A2");
  EXPECT_EQ(asked(), 2U);
}

TEST_F(ExactSessionTest, APairThatIsHeardAfterItsTimeIsRenewedAtOnce) {
  time.pass(seconds{601});
  transport.delay = seconds{700};
  answer_pair("2");
  auto late = session.token();
  late.start();
  transport.delay = seconds{0};
  answer_pair("3");
  time.pass(seconds{701});
  ASSERT_TRUE(late.done());
  EXPECT_EQ(value_of(late.take()), "A3") << "a call with A2 would only be refused";
  ASSERT_EQ(asked(), 2U);
  EXPECT_NE(transport.requests[1].body.find("refresh_token=R2"), std::string::npos);
}

TEST_F(ExactSessionTest, ADeadRefreshTokenNeedsAPersonAndIsNotSentAgain) {
  time.pass(seconds{601});
  answer_old_token();
  EXPECT_EQ(token(), "authentication_failed");
  time.pass(seconds{3600});
  const int locks = vault.locks;
  EXPECT_EQ(token(), "authentication_failed");
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(vault.locks, locks) << "nothing is written while all wait for a person";
  EXPECT_TRUE(session.needs_person());
  // A person signs in through another process.
  store.tokens = Tokens{"A9", "R9", time.now(), time.now() + seconds{600}};
  EXPECT_EQ(token(), "A9");
  EXPECT_FALSE(session.needs_person());
}

TEST_F(ExactSessionTest, ADeadRefreshTokenIsNotSentAfterARestart) {
  time.pass(seconds{600});
  answer_old_token();
  EXPECT_EQ(token(), "authentication_failed");
  Session restarted = process_with(vault);
  EXPECT_EQ(token(restarted), "authentication_failed");
  time.pass(seconds{7200});
  EXPECT_EQ(token(restarted), "authentication_failed");
  EXPECT_TRUE(restarted.needs_person());
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ExactSessionTest, AWaitByAClockThatWasAheadIsNotKept) {
  time.pass(seconds{600});
  store.tokens->renewal.not_before = time.now() + seconds{86'400};
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, InvalidGrantNeedsAPersonToo) {
  time.pass(seconds{601});
  transport.answer(400, R"({"error":"invalid_grant"})");
  const auto answer = time.run(session.token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.cause, Cause::authentication_failed);
  EXPECT_EQ(answer.error().error.message.find("R1"), std::string::npos);
  EXPECT_EQ(answer.error().error.message.find("secret"), std::string::npos);
}

TEST_F(ExactSessionTest, ARefusalInNobodysWordsIsTriedAgainLater) {
  time.pass(seconds{601});
  transport.answer(403, "<html>blocked by a proxy</html>");
  EXPECT_EQ(token(), "authentication_failed");
  EXPECT_EQ(token(), "rate_limited");
  time.pass(seconds{60});
  transport.answer(403, "<html>blocked by a proxy</html>");
  EXPECT_EQ(token(), "authentication_failed");
  time.pass(seconds{239});
  EXPECT_EQ(token(), "rate_limited") << "each refusal counts at Exact: the next wait is longer";
  time.pass(seconds{1});
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, A401OnAYoungTokenCausesNoRefresh) {
  time.pass(seconds{100});
  EXPECT_EQ(token(), "A1");
  session.reject("A1");
  EXPECT_EQ(token(), "rate_limited");
  EXPECT_EQ(asked(), 0U);
  time.pass(seconds{470});
  answer_pair("2");
  EXPECT_EQ(token(), "A2") << "at 570 s it may be renewed";
  session.reject("A1");
  EXPECT_EQ(token(), "A2") << "an old token's refusal says nothing about the new one";
}

TEST_F(ExactSessionTest, OneCallFindsOutWhetherA401WasMeant) {
  EXPECT_EQ(token_to_send(), "A1");
  session.reject("A1");
  session.reject("A1");
  EXPECT_EQ(token_to_send(), "rate_limited");
  time.pass(seconds{30});
  EXPECT_EQ(token(), "A1");
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(token_to_send(), "rate_limited") << "one at a time";
  session.reject("A1");
  time.pass(seconds{59});
  EXPECT_EQ(token_to_send(), "rate_limited");
  time.pass(seconds{1});
  EXPECT_EQ(token_to_send(), "A1");
  session.confirm("A1");
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(token_to_send(), "A1");
  EXPECT_EQ(asked(), 0U);
}

TEST_F(ExactSessionTest, ProcessesTryARefusedTokenInTurn) {
  FakeVault second_vault{store, time, "two"};
  FakeVault third_vault{store, time, "three"};
  Session second = process_with(second_vault);
  Session third = process_with(third_vault);
  std::array<Session*, 3> processes{&session, &second, &third};
  int trials = 0;
  for (Session* process : processes) {
    EXPECT_EQ(token(*process), "A1");
    process->reject("A1");
  }
  for (int second_of_doubt = 0; second_of_doubt < 560; ++second_of_doubt) {
    for (Session* process : processes) {
      if (value_of(time.run(process->token_to_send())) == "A1") ++trials;
    }
    time.pass(seconds{1});
  }
  EXPECT_EQ(asked(), 0U) << "too young to be renewed";
  EXPECT_GT(trials, 0);
  EXPECT_LE(trials, 5) << "with three that have heard it themselves, as many as an endpoint bears in an hour";
}

TEST_F(ExactSessionTest, AClockThatWasSetBackDoesNotLockUsOut) {
  EXPECT_EQ(token(), "A1");
  time.set(time.now() - std::chrono::hours{1});
  EXPECT_EQ(token(), "A1");
  session.reject("A1");
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, WhatWasNeverSentIsSimplyTriedAgain) {
  time.pass(seconds{601});
  transport.fail(Kind::could_not_connect, false);
  EXPECT_EQ(token(), "api_outage");
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
}

TEST_F(ExactSessionTest, WithoutASignInNothingIsSent) {
  store.tokens.reset();
  EXPECT_EQ(token(), "authentication_failed");
  EXPECT_EQ(asked(), 0U);
}

TEST_F(ExactSessionTest, WithoutCredentialsNothingIsSent) {
  Session nobody{{}, vault, transport, gate, random, time, time, options};
  EXPECT_EQ(token(nobody), "A1") << "a living token is used all the same";
  time.pass(seconds{601});
  EXPECT_EQ(token(nobody), "authentication_failed");
  EXPECT_FALSE(time.run(nobody.exchange_code("abc")));
  EXPECT_EQ(asked(), 0U);
}

TEST_F(ExactSessionTest, ACodeIsDecodedOnceAndThePairStored) {
  store.tokens.reset();
  answer_pair("1");
  const auto exchanged = time.run(session.exchange_code(" stampNL001.xyz%21IAAA%2f+a \n"));
  ASSERT_TRUE(exchanged) << exchanged.error().error.message;
  EXPECT_EQ(transport.requests[0].body,
            "grant_type=authorization_code&code=stampNL001.xyz%21IAAA%2F%2Ba"
            "&redirect_uri=https%3A%2F%2Fc.example%2Foauth%2Fexact%2Fcallback&client_id=client-id"
            "&client_secret=client%20secret%26");
  EXPECT_EQ(store.tokens->refresh_token, "R1");
  EXPECT_EQ(token(), "A1");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(ExactSessionTest, ASpentCodeIsRefused) {
  store.tokens.reset();
  transport.answer(400, R"({"error":"invalid_grant","error_description":"code was used"})");
  const auto exchanged = time.run(session.exchange_code("abc"));
  ASSERT_FALSE(exchanged);
  EXPECT_EQ(exchanged.error().error.cause, Cause::authentication_failed);
  EXPECT_EQ(store.saves, 0);
  EXPECT_EQ(store.holder, "");
}

TEST_F(ExactSessionTest, ANewSignInThatCannotBeStoredIsNoSuccess) {
  store.failing_saves = 2;
  answer_pair("2");
  const auto exchanged = time.run(session.exchange_code("abc"));
  ASSERT_FALSE(exchanged);
  EXPECT_EQ(exchanged.error().error.cause, Cause::store_failure);
}

TEST_F(ExactSessionTest, TheRequestMayNotOutliveTheLock) {
  time.pass(seconds{575});
  answer_pair("2");
  EXPECT_EQ(token(), "A2");
  ASSERT_TRUE(transport.requests[0].not_after);
  EXPECT_LE(*transport.requests[0].not_after + options.request_timeout, store.held_until);
}

}  // namespace session_test
}  // namespace connector::exact
