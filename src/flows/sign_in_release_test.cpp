#include "flows/sign_in_release.h"

#include "store/store_testing.h"

namespace connector::flows {
namespace sign_in_release_test {

using domain::Cause;
using store::PostingState;
using store::testing::at;
using store::testing::value_of;

using SignInReleaseTest = store::testing::StoreTest;

TEST_F(SignInReleaseTest, WhatWaitedForTheSignInIsDueAtOnceAndNothingElse) {
  const auto connection = value_of(write(
      [](store::Transaction& transaction) { return transaction.add_connection(store::testing::seller("shop")); }));
  const auto put = [&](const std::string& source, PostingState state, Cause cause) {
    value_of(write([&](store::Transaction& transaction) -> domain::Result<void> {
      store::PostingRow row;
      row.connection = connection;
      row.source_id = source;
      row.key = "invoice/" + source + "/1";
      row.state = state;
      row.cause = cause;
      if (state == PostingState::retry) row.next_attempt_at = at(9'000'000);
      return transaction.insert_posting(row);
    }));
  };
  put("1", PostingState::retry, Cause::authentication_failed);
  put("2", PostingState::retry, Cause::api_outage);
  put("3", PostingState::held, Cause::authentication_failed);
  const auto released = value_of(write([&](store::Transaction& transaction) {
    return release_what_waited_for_sign_in(transaction, connection, at(5'000));
  }));
  EXPECT_EQ(released, 1U);
  const auto due = [&](const std::string& source) {
    return value_of(read([&](store::Reader& reader) { return reader.posting(connection, "invoice/" + source + "/1"); }))
        ->next_attempt_at;
  };
  EXPECT_EQ(due("1"), at(5'000));
  EXPECT_EQ(due("2"), at(9'000'000));
  EXPECT_EQ(due("3"), std::nullopt);
}

}  // namespace sign_in_release_test
}  // namespace connector::flows
