#include "ports/call_failure.h"

#include <gtest/gtest.h>

namespace connector::ports {
namespace call_failure_test {

using domain::Cause;
using Kind = TransportFailure::Kind;

TEST(CallFailure, AReadThatTimedOutIsAnOutage) {
  const CallFailure failure =
      from_transport_failure({Kind::timed_out, "timed out", true}, CallKind::read, "Exact", "c");
  EXPECT_EQ(failure.error.cause, Cause::api_outage);
  EXPECT_FALSE(failure.may_have_had_effect);
  EXPECT_EQ(failure.correlation_id, "c");
}

TEST(CallFailure, AWriteThatMayHaveArrivedIsUnclear) {
  const CallFailure failure =
      from_transport_failure({Kind::connection_lost, "reset", true}, CallKind::write, "Exact", "");
  EXPECT_EQ(failure.error.cause, Cause::unclear_outcome);
  EXPECT_TRUE(failure.may_have_had_effect);
}

TEST(CallFailure, AWriteThatCertainlyDidNotLeaveIsNot) {
  const CallFailure refused =
      from_transport_failure({Kind::could_not_connect, "refused", false}, CallKind::write, "Exact", "");
  EXPECT_EQ(refused.error.cause, Cause::api_outage);
  EXPECT_FALSE(refused.may_have_had_effect);
  const CallFailure late =
      from_transport_failure({Kind::too_late_to_send, "late", false}, CallKind::write, "Exact", "");
  EXPECT_EQ(late.error.cause, Cause::fenced);
}

TEST(CallFailure, AnAnswerTooLargeToReadMayStillHaveHadItsEffect) {
  const CallFailure failure = from_transport_failure({Kind::too_large, "70 MB", true}, CallKind::write, "Walmart", "");
  EXPECT_EQ(failure.error.cause, Cause::malformed_response);
  EXPECT_TRUE(failure.may_have_had_effect);
}

TEST(RemoteWords, AreOneShortLineWithoutAddresses) {
  EXPECT_EQ(remote_words("Invalid: Email [jane.doe+x@relay.walmart.com]\r\n\tMandatory: Journal "),
            "Invalid: Email [[e-mail]] Mandatory: Journal");
  EXPECT_EQ(remote_words("a @ b @"), "a @ b @");
  const std::string words = remote_words(std::string(299, 'x') + "\xC3\xA9" + std::string(50, 'y'));
  EXPECT_EQ(words, std::string(299, 'x') + "...");
}

}  // namespace call_failure_test
}  // namespace connector::ports
