#include "domain/cause.h"

#include <gtest/gtest.h>

#include <set>

namespace connector::domain {
namespace cause_test {

TEST(Cause, NamesAreUniqueAndReadBack) {
  std::set<std::string_view> names;
  for (const Cause cause : all_causes()) {
    EXPECT_TRUE(names.insert(to_string(cause)).second) << to_string(cause);
    EXPECT_EQ(parse_cause(to_string(cause)), cause);
    EXPECT_TRUE(advice(cause).ends_with('.')) << to_string(cause);
  }
  EXPECT_TRUE(names.contains("confirmation_needed")) << "the last one is among them";
  EXPECT_EQ(to_string(Cause::missing_gl_account), "missing_gl_account");
  EXPECT_EQ(parse_cause("no_such_cause"), std::nullopt);
  EXPECT_EQ(parse_cause(""), std::nullopt);
}

TEST(Cause, OnlyWhatWaitingCuresIsTransient) {
  EXPECT_TRUE(is_transient(Cause::rate_limited));
  EXPECT_TRUE(is_transient(Cause::api_outage));
  EXPECT_TRUE(is_transient(Cause::unclear_outcome));
  EXPECT_FALSE(is_transient(Cause::mapping_error));
  EXPECT_FALSE(is_transient(Cause::business_refusal));
  EXPECT_FALSE(is_transient(Cause::authentication_failed));
  EXPECT_TRUE(is_missing_reference(Cause::missing_gl_account));
  EXPECT_FALSE(is_missing_reference(Cause::mapping_error));
}

}  // namespace cause_test
}  // namespace connector::domain
