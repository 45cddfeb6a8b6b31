#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "exact/odata_query.h"
#include "sandbox/exact/odata_lexer.h"

namespace connector::simulation {
namespace odata_quoting_test {

/// The client writes filters and the sandbox reads them; neither knows the other.
TEST(ODataQuoting, AnyTextIsReadAsOneLiteral) {
  EXPECT_TRUE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto filter = exact::ODataFilter::equals("YourRef", text) && exact::ODataFilter::equals("Code", "1");
    const auto read = sandbox::exact::tokenize(filter.text());
    RC_ASSERT(read.error.empty());
    RC_ASSERT(read.tokens.size() >= 7U);
    RC_ASSERT(read.tokens[0].text == "YourRef");
    RC_ASSERT(read.tokens[1].text == "eq");
    RC_ASSERT(read.tokens[2].is_text);
    RC_ASSERT(read.tokens[2].text == text);
    RC_ASSERT(read.tokens[3].text == "and");
    RC_ASSERT(read.tokens[6].text == "1");
  }));
}

}  // namespace odata_quoting_test
}  // namespace connector::simulation
