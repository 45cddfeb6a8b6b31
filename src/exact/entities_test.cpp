#include <gtest/gtest.h>

#include "exact/accounts.h"
#include "exact/deleted_entities.h"
#include "exact/entity_text.h"

namespace connector::exact {
namespace entities_test {

TEST(ExactEntities, ALongTextIsCutBetweenCodePoints) {
  const std::string ascii(99, 'a');
  EXPECT_EQ(fitting("short", 100), "short");
  EXPECT_EQ(fitting(ascii + "bc", 100), ascii + "b");
  EXPECT_EQ(fitting(ascii + "\xC3\xA9t", 100), ascii + "\xC3\xA9") << "e with an accent is one character";
  EXPECT_EQ(fitting(ascii + "b\xE2\x84\xA2", 100), ascii + "b") << "a trade mark has three bytes";
  EXPECT_EQ(fitting(ascii + "\xE2\x84\xA2 Blue", 100), ascii + "\xE2\x84\xA2");
  EXPECT_EQ(fitting(ascii + "\xF0\x9F\x98\x80", 100), ascii) << "an emoji counts twice and does not fit";
  EXPECT_EQ(fitting(ascii + "\xF0\x9F\x98\x80", 101), ascii + "\xF0\x9F\x98\x80");
  EXPECT_EQ(fitting("\xE2\x84\xA2", 0), "");
}

TEST(ExactEntities, TheListOfDeletionsIsClosedByARefusalAndNotByAnOutage) {
  ports::CallFailure failure;
  for (const int status : {403, 404}) {
    failure.status = status;
    EXPECT_TRUE(is_deleted_list_closed(failure));
  }
  for (const int status : {0, 400, 401, 429, 500, 503}) {
    failure.status = status;
    EXPECT_FALSE(is_deleted_list_closed(failure)) << status;
  }
  failure.status = 0;
  failure.error.cause = domain::Cause::rate_limited;
  EXPECT_TRUE(is_deleted_list_closed(failure)) << "it rests after refusals";
}

TEST(ExactEntities, OnlyACustomerIsInvoicedAndOnlyOneOfAName) {
  const auto chosen = [](const char* accounts, const std::string& known = {}) {
    const auto parsed = json::parse(accounts);
    const std::vector<json::Value> rows(parsed->array().begin(), parsed->array().end());
    const auto found = customer_among(rows, "Walmart.com", known);
    if (found) return (**found)["ID"].text_or("");
    EXPECT_EQ(found.error().cause, domain::Cause::missing_customer);
    return found.error().message;
  };
  EXPECT_EQ(chosen(R"([{"ID":"a","Status":"A"},{"ID":"c","Status":"C "}])"), "c");
  EXPECT_EQ(chosen(R"([{"ID":"c"}])"), "c") << "no status is told";
  EXPECT_NE(chosen(R"([{"ID":"a","Status":"S"}])").find("is no customer (its status is \"S\")"), std::string::npos);
  EXPECT_NE(chosen(R"([{"ID":"c","Status":"C","Blocked":true}])").find("is blocked"), std::string::npos);
  const char* const two =
      R"([{"ID":"c","Code":"   7","Status":"C"},{"ID":"d","Code":"   8","Status":"C"},{"ID":"e","Status":"A"}])";
  EXPECT_NE(chosen(two).find("2 customers called \"Walmart.com\""), std::string::npos);
  EXPECT_NE(chosen(two).find("\"7\" or \"8\""), std::string::npos);
  EXPECT_EQ(chosen(two, "d"), "d") << "it was invoiced before";
  EXPECT_EQ(chosen(R"([{"ID":"c","Status":"C","Blocked":true},{"ID":"d","Status":"C"}])", "c"), "d");
}

TEST(ExactEntities, AccountCodesArePaddedToEighteen) {
  EXPECT_EQ(padded_account_code("25"), "                25");
  EXPECT_EQ(padded_account_code("                25"), "                25");
  EXPECT_EQ(padded_account_code("1234567890123456789"), "1234567890123456789");
}

}  // namespace entities_test
}  // namespace connector::exact
