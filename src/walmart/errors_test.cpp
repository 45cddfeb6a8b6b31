#include "walmart/errors.h"

#include <gtest/gtest.h>

namespace connector::walmart {
namespace errors_test {

using domain::Cause;
using ports::CallKind;

TEST(WalmartErrors, AllThreeShapesAreRead) {
  const auto gateway = errors_in_body(
      R"({"error":[{"code":"UNAUTHORIZED.GMP_GATEWAY_API","field":"UNAUTHORIZED","description":"Unauthorized","severity":"ERROR"}]})");
  ASSERT_EQ(gateway.size(), 1U);
  EXPECT_EQ(gateway[0].code, "UNAUTHORIZED.GMP_GATEWAY_API");
  const auto orders = errors_in_body(
      R"({"errors":{"error":[{"code":"INVALID_REQUEST_CONTENT.GMP_ORDER_API","field":"methodCode","description":"Method code is not supported","info":"Request content is invalid."}]}})");
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].field, "methodCode");
  EXPECT_EQ(orders[0].description, "Method code is not supported");
  const auto newer = errors_in_body(
      R"({"errors":[{"code":"INVALID_REQUEST_PARAM\t","message":"The value provided for 'sku' is invalid.","field":"sku"}]})");
  ASSERT_EQ(newer.size(), 1U);
  EXPECT_EQ(newer[0].code, "INVALID_REQUEST_PARAM");
  EXPECT_EQ(newer[0].description, "The value provided for 'sku' is invalid.");
  EXPECT_TRUE(errors_in_body("<html>").empty());
  EXPECT_TRUE(errors_in_body(R"({"errors":null,"error":""})").empty());
  EXPECT_TRUE(errors_in_body("[1,2]").empty());
}

TEST(WalmartErrors, CodesMatchWhateverTheirSuffix) {
  const auto errors = errors_in_body(R"({"error":[{"code":"CONTENT_NOT_FOUND.GMP_ITEM_API"}]})");
  EXPECT_TRUE(has_code(errors, "CONTENT_NOT_FOUND"));
  EXPECT_FALSE(has_code(errors, "CONTENT_NOT"));
}

TEST(WalmartErrors, OnlyAnExplicitNothingFoundIsAnEmptyResult) {
  EXPECT_TRUE(is_empty_result({404, {}, R"({"errors":{"error":[{"code":"CONTENT_NOT_FOUND.GMP_ORDER_API"}]}})"}));
  EXPECT_FALSE(is_empty_result({404, {}, R"({"errors":{"error":[{"code":"URI_NOT_FOUND"}]}})"}));
  EXPECT_FALSE(is_empty_result({404, {}, ""}));
  EXPECT_FALSE(is_empty_result({500, {}, R"({"errors":{"error":[{"code":"CONTENT_NOT_FOUND"}]}})"}));
}

TEST(WalmartErrors, FailuresCarryTheRemotesWordsWithoutAddresses) {
  const auto failure =
      read_failure({400, {}, R"({"errors":[{"code":"INVALID_REQUEST","message":"no user jane@x.com","field":"to"}]})"},
                   CallKind::write, "id-1");
  EXPECT_EQ(failure.error.cause, Cause::business_refusal);
  EXPECT_EQ(failure.remote_text, "INVALID_REQUEST (to): no user [e-mail]");
  EXPECT_EQ(failure.error.message, "Walmart answered 400: INVALID_REQUEST (to): no user [e-mail]");
  EXPECT_EQ(failure.correlation_id, "id-1");
  EXPECT_FALSE(failure.may_have_had_effect);
}

TEST(WalmartErrors, ThrottlingIsRecognisedByItsCodeToo) {
  const auto failure = read_failure({400, {}, R"({"error":[{"code":"REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API"}]})"},
                                    CallKind::read, "");
  EXPECT_EQ(failure.error.cause, Cause::rate_limited);
}

}  // namespace errors_test
}  // namespace connector::walmart
