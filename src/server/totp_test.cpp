#include "server/totp.h"

#include <gtest/gtest.h>

namespace connector::server {
namespace totp_test {

const std::string kSecret = "12345678901234567890";

domain::UtcTime at_second(std::int64_t second) { return domain::from_epoch_milliseconds(second * 1000); }

// RFC 6238, appendix B; the last six of its eight digits.
TEST(Totp, MakesTheCodesOfTheStandard) {
  EXPECT_EQ(totp_code(kSecret, totp_step(at_second(59))), "287082");
  EXPECT_EQ(totp_code(kSecret, totp_step(at_second(1'111'111'109))), "081804");
  EXPECT_EQ(totp_code(kSecret, totp_step(at_second(1'234'567'890))), "005924");
  EXPECT_EQ(totp_code(kSecret, totp_step(at_second(20'000'000'000))), "353130");
}

TEST(Totp, TakesNeighbouringStepsAndNoStepTwice) {
  const auto now = at_second(1'234'567'890);
  const std::int64_t step = totp_step(now);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step), now, 0), step);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step - 1), now, 0), step - 1);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step + 1), now, 0), step + 1);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step - 2), now, 0), std::nullopt);
  EXPECT_EQ(totp_match(kSecret, totp_code(kSecret, step), now, step), std::nullopt);
  EXPECT_EQ(totp_match(kSecret, "", now, 0), std::nullopt);
}

// RFC 4648, section 10.
TEST(Totp, WritesSecretsAsBase32) {
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32_bytes("MZXW6YTBOI"), "foobar");
  EXPECT_EQ(base32_bytes(base32(kSecret)), kSecret);
  EXPECT_EQ(base32_bytes("not base32!"), "");
}

}  // namespace totp_test
}  // namespace connector::server
