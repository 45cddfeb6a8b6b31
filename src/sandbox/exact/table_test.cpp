#include "sandbox/exact/table.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "sandbox/exact/packed_record.h"
#include "sandbox/exact/table_definitions.h"

namespace connector::sandbox::exact {
namespace table_test {

TEST(Guid, SealsAndOpensAndRefusesForeignOnes) {
  const GuidCipher cipher(42);
  std::set<Guid> seen;
  for (std::uint64_t plain : {0ULL, 1ULL, 2ULL, (1ULL << 62U) - 1, 0x123456789abcdefULL}) {
    const Guid guid = cipher.seal(plain);
    EXPECT_EQ(cipher.open(guid), plain);
    const std::string text = to_string(guid);
    EXPECT_EQ(text[14], '4');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
    EXPECT_EQ(parse_guid(text), guid);
    EXPECT_TRUE(seen.insert(guid).second);
    EXPECT_EQ(GuidCipher(43).open(guid), std::nullopt);
  }
  EXPECT_EQ(cipher.open(*parse_guid("0df3ccec-1d8b-4ff5-a0a2-5a5a0e0c0ab0")), std::nullopt);
  EXPECT_EQ(parse_guid("0df3ccec-1d8b-4ff5-a0a2-5a5a0e0c0abz"), std::nullopt);
  EXPECT_EQ(parse_guid("0DF3CCEC1D8B4FF5A0A25A5A0E0C0AB0"), parse_guid("{0df3ccec-1d8b-4ff5-a0a2-5a5a0e0c0ab0}"));
}

TEST(PackedRecord, KeepsEveryKindOfValue) {
  std::string bytes;
  const std::string long_text(300, 'x');
  packed::append(bytes, 0, Value::boolean(true));
  packed::append(bytes, 1, Value::integer(-5'000'000'000));
  packed::append(bytes, 2, Value{});
  packed::append(bytes, 3, Value::decimal(domain::Decimal::from_units(-19'990'000)));
  packed::append(bytes, 4, Value::decimal(domain::Decimal::from_units(1)));
  packed::append(bytes, 5, Value::instant(domain::from_epoch_milliseconds(1'795'132'800'123)));
  packed::append(bytes, 6, Value::instant(domain::from_epoch_milliseconds(1'795'132'800'000)));
  packed::append(bytes, 7, Value::reference(TableId::items, 70'000));
  packed::append(bytes, 8, Value::guid(Guid{1, 2}));
  packed::append(bytes, 200, Value::text(long_text));
  std::vector<Value> values(201);
  packed::unpack(bytes, values);
  for (const auto& read : {std::function<Value(std::size_t)>([&](std::size_t i) { return values[i]; }),
                           std::function<Value(std::size_t)>([&](std::size_t i) { return packed::find(bytes, i); })}) {
    EXPECT_TRUE(read(0).as_boolean());
    EXPECT_EQ(read(1).as_integer(), -5'000'000'000);
    EXPECT_TRUE(read(2).is_null());
    EXPECT_EQ(read(3).as_decimal().to_string(), "-19.99");
    EXPECT_EQ(read(4).as_decimal().to_string(), "0.000001");
    EXPECT_EQ(domain::to_epoch_milliseconds(read(5).as_instant()), 1'795'132'800'123);
    EXPECT_EQ(domain::to_epoch_milliseconds(read(6).as_instant()), 1'795'132'800'000);
    EXPECT_EQ(read(7).as_reference(), (Reference{TableId::items, 70'000}));
    EXPECT_EQ(read(8).as_guid(), (Guid{1, 2}));
    EXPECT_EQ(read(200).as_text(), long_text);
  }
}

TEST(Table, IndexFollowsChangesAndDeletions) {
  const TableDefinition& definition = table_definition(TableId::cost_centers);
  Table table(definition.id, definition.type, definition.indexed);
  const auto draft = [&](std::string_view code) {
    Draft result(definition.type);
    result.set("Code", Value::text(code));
    return result;
  };
  for (int i = 0; i < 1'000; ++i) table.insert(draft("C" + std::to_string(i)), no_row, i + 1, {});
  EXPECT_EQ(table.find_text("Code", "C777"), 777U);
  EXPECT_EQ(table.find_text("Code", " C777 "), 777U);
  table.update(777, draft("D"), 2'000, {});
  EXPECT_EQ(table.find_text("Code", "C777"), no_row);
  EXPECT_EQ(table.find_text("Code", "D"), 777U);
  table.erase(777);
  EXPECT_EQ(table.find_text("Code", "D"), no_row);
  EXPECT_EQ(table.live(), 999U);
  std::vector<RowNumber> changed;
  table.visit_changes(997, [&](RowNumber row) {
    changed.push_back(row);
    return true;
  });
  EXPECT_EQ(changed, (std::vector<RowNumber>{997, 998, 999}));
}

TEST(Table, ManyChangesOfOneRowDoNotPileUp) {
  const TableDefinition& definition = table_definition(TableId::cost_centers);
  Table table(definition.id, definition.type, definition.indexed);
  Draft draft(definition.type);
  table.insert(draft, no_row, 1, {});
  for (std::int64_t i = 2; i < 10'000; ++i) table.touch(0, i, {});
  int visited = 0;
  table.visit_changes(0, [&](RowNumber) {
    ++visited;
    return true;
  });
  EXPECT_EQ(visited, 1);
  EXPECT_EQ(table.timestamp(0), 9'999);
}

}  // namespace table_test
}  // namespace connector::sandbox::exact
