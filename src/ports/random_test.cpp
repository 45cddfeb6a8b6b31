#include "ports/random.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace connector::ports {
namespace random_test {

class Seeded : public Random {
 public:
  void fill(void* bytes, std::size_t count) override {
    auto* target = static_cast<unsigned char*>(bytes);
    for (std::size_t i = 0; i < count; ++i) target[i] = static_cast<unsigned char>(engine_());
  }

 private:
  std::mt19937 engine_{7};
};

/// Yields the prepared values first, then zeros.
class Prepared : public Random {
 public:
  explicit Prepared(std::vector<std::uint64_t> values) : values_(std::move(values)) {}
  void fill(void* bytes, std::size_t count) override {
    std::memset(bytes, 0, count);
    if (next_ < values_.size()) std::memcpy(bytes, &values_[next_++], std::min(count, sizeof(std::uint64_t)));
  }
  std::size_t used() const { return next_; }

 private:
  std::vector<std::uint64_t> values_;
  std::size_t next_ = 0;
};

TEST(Random, BelowIsUniform) {
  Seeded random;
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, BelowDrawsBiasedValuesAgain) {
  const std::uint64_t top = ~std::uint64_t{0};
  Prepared random({top, top - 1, 5});
  EXPECT_EQ(random.below((std::uint64_t{1} << 63U) + 1), 5U);
  EXPECT_EQ(random.used(), 3U);
  Prepared power({top});
  EXPECT_EQ(power.below(std::uint64_t{1} << 63U), top >> 1U);
}

TEST(Random, UuidHasVersionFour) {
  Seeded random;
  const auto uuid = random.uuid();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[8], '-');
  EXPECT_EQ(uuid[13], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, random.uuid());
  EXPECT_EQ(Prepared({}).uuid(), "00000000-0000-4000-8000-000000000000");
}

}  // namespace random_test
}  // namespace connector::ports
