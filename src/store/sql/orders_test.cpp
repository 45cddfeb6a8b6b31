#include "store/store_testing.h"

namespace connector::store::testing {
namespace orders_test {

using domain::Cause;
using domain::Decimal;

class OrdersTest : public StoreTest {
 protected:
  static OrderRow order(const std::string& id) {
    OrderRow row;
    row.connection = 1;
    row.purchase_order_id = id;
    row.customer_order_id = "C-" + id;
    row.order_time = at(10);
    row.seen_at = at(20);
    row.facts = R"({"lines":[]})";
    row.facts_digest = std::string(64, 'a');
    row.state = "open";
    return row;
  }
};

TEST_F(OrdersTest, RoundTripAndChange) {
  auto row = order("1796277083022");
  value_of(write([row](Transaction& transaction) { return transaction.put_order(row); }));
  row.state = "before_go_live";
  row.facts_digest = "0123456789abcdef";
  row.facts = std::string(20'000, 'f');
  value_of(write([row](Transaction& transaction) { return transaction.put_order(row); }));
  value_of(write([other = order("2")](Transaction& transaction) { return transaction.put_order(other); }));
  const auto found = value_of(read([](Reader& reader) { return reader.order(1, "1796277083022"); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->customer_order_id, "C-1796277083022");
  EXPECT_EQ(found->order_time, at(10));
  EXPECT_EQ(found->seen_at, at(20));
  EXPECT_EQ(found->state, "before_go_live");
  EXPECT_EQ(found->facts_digest, row.facts_digest) << "a digest that is no SHA-256 stays as it is";
  EXPECT_EQ(found->facts, row.facts);
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.order(1, "2"); }))->facts_digest, std::string(64, 'a'));
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.order(2, "2"); })));
}

TEST_F(OrdersTest, NeedsItsConnection) {
  auto row = order("1");
  row.connection = 5;
  const auto done = write([row](Transaction& transaction) { return transaction.put_order(row); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, Cause::bad_input);
}

TEST_F(OrdersTest, MappingIsReplacedWhole) {
  const domain::Mapping first({{"*", "ITEM", "8000", "CC", "CU", "VAT", "W1"}, {"HOME-*", "HOME", "", "", "", "", ""}},
                              {{"KIT", {{"A", Decimal::from_units(2'000'000), Decimal::from_units(1)}}}},
                              {{"old-sku", "new-sku"}}, {{"node", "W2"}});
  const domain::Mapping second({{"B", "", "", "", "", "", ""}, {"A", "", "", "", "", "", ""}},
                               {{"KIT",
                                 {{"Z", Decimal::from_units(1), Decimal::from_units(5)},
                                  {"Y", Decimal::from_units(3), Decimal::from_units(4)}}}},
                               {}, {});
  for (const auto& mapping : {first, second}) {
    value_of(write([mapping](Transaction& transaction) { return transaction.replace_mapping(1, mapping); }));
    const auto found = value_of(read([](Reader& reader) { return reader.mapping(1); }));
    EXPECT_EQ(found.rows(), mapping.rows());
    EXPECT_EQ(found.kits(), mapping.kits());
    EXPECT_EQ(found.aliases(), mapping.aliases());
    EXPECT_EQ(found.ship_node_warehouses(), mapping.ship_node_warehouses());
  }
  EXPECT_TRUE(value_of(read([](Reader& reader) { return reader.mapping(9); })).rows().empty());
}

/// A store keeps mappings at hand: it must notice whoever changes them.
class KnownMappingTest : public StoreTest {
 protected:
  static domain::Mapping of(const std::string& item) {
    return domain::Mapping({{"*", item, "8000", "", "", "", ""}}, {}, {}, {});
  }
  static std::string item_in(Reader& reader) { return value_of(reader.mapping(1)).rows().at(0).exact_item; }
  static std::string written_item(TestExecutor& executor, Store& store) {
    return value_of(wait_for(
        executor, store.write([](Transaction& transaction) { return Result<std::string>(item_in(transaction)); })));
  }
  static void replace(TestExecutor& executor, Store& store, const std::string& item) {
    value_of(wait_for(
        executor, store.write([item](Transaction& transaction) { return transaction.replace_mapping(1, of(item)); })));
  }
};

TEST_F(KnownMappingTest, EachChangeRaisesItsVersion) {
  const auto version = [this] {
    return value_of(read([](Reader& reader) { return reader.connection(1); }))->mapping_version;
  };
  const auto before = version();
  replace(executor_, *store_, "A");
  EXPECT_GT(version(), before);
}

TEST_F(KnownMappingTest, AnotherProcessMayChangeIt) {
  auto other = value_of(open_test_store(path_, executor_, clock_));
  replace(executor_, *store_, "A");
  EXPECT_EQ(written_item(executor_, *store_), "A");
  EXPECT_EQ(written_item(executor_, *other), "A");
  replace(executor_, *other, "B");
  EXPECT_EQ(written_item(executor_, *store_), "B");
  EXPECT_EQ(value_of(read([](Reader& reader) { return Result<std::string>(item_in(reader)); })), "B");
  other.reset();
  executor_.run_posted();
}

TEST_F(KnownMappingTest, WhatIsRolledBackIsForgotten) {
  auto other = value_of(open_test_store(path_, executor_, clock_));
  replace(executor_, *store_, "A");
  EXPECT_EQ(written_item(executor_, *store_), "A");
  const auto lost = write([](Transaction& transaction) -> Result<void> {
    value_of(transaction.replace_mapping(1, of("LOST")));
    EXPECT_EQ(item_in(transaction), "LOST") << "a transaction sees what it did";
    return domain::fail(Cause::bad_input, "on second thoughts");
  });
  EXPECT_FALSE(lost);
  // Under the very version that the lost one would have had.
  replace(executor_, *other, "B");
  EXPECT_EQ(written_item(executor_, *store_), "B");
  other.reset();
  executor_.run_posted();
}

class ReferencesTest : public StoreTest {
 protected:
  std::vector<std::string> codes(const std::string& kind) {
    std::vector<std::string> codes;
    for (const auto& row : value_of(read([kind](Reader& reader) { return reader.references(1, kind); }))) {
      codes.push_back(row.code);
    }
    return codes;
  }
  void put(const ReferenceRow& row) {
    value_of(write([row](Transaction& transaction) { return transaction.put_reference(1, row); }));
  }
};

TEST_F(ReferencesTest, TheNewestOfEachConnection) {
  value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("second")); }));
  value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("without")); }));
  for (const auto* time : {"2026-11-01", "2026-11-03", "2026-11-02"})
    put({"report", time, time, std::string("of ") + time});
  value_of(write([](Transaction& transaction) {
    return transaction.put_reference(2, {"report", "2026-10-01", "2026-10-01", "of the second"});
  }));
  put({"account", "9999-01-01", "id", "another kind"});
  using Newest = std::vector<std::pair<ConnectionId, std::string>>;
  const auto newest = [this] {
    return value_of(read([](Reader& reader) -> Result<Newest> {
      Newest found;
      auto done = reader.visit_newest_references("report", [&found](ConnectionId connection, std::string_view data) {
        found.emplace_back(connection, data);
        return Result<void>{};
      });
      if (!done) return domain::fail(done.error());
      return found;
    }));
  };
  EXPECT_EQ(newest(), (Newest{{1, "of 2026-11-03"}, {2, "of the second"}}));
  value_of(write([](Transaction& transaction) { return transaction.remove_connection(2); }));
  EXPECT_EQ(newest().size(), 1U);
}

TEST_F(ReferencesTest, ManyAreReplacedTogetherAndTheLastOfACodeCounts) {
  std::vector<ReferenceRow> rows;
  rows.reserve(701);
  for (int i = 0; i < 700; ++i) rows.push_back({"item", std::to_string(1000 + i), "id", "first"});
  rows.push_back({"item", "1001", "id", "last"});
  value_of(write([rows](Transaction& transaction) { return transaction.replace_references(1, "item", rows); }));
  const auto found = value_of(read([](Reader& reader) { return reader.references(1, "item"); }));
  ASSERT_EQ(found.size(), 700U);
  EXPECT_EQ(found[0].data, "first");
  EXPECT_EQ(found[1].data, "last");
  EXPECT_EQ(found[699].code, "1699");
  value_of(write([](Transaction& transaction) { return transaction.replace_references(1, "item", {}); }));
  EXPECT_TRUE(codes("item").empty());
}

TEST_F(ReferencesTest, PutGetDelete) {
  put({"item", "B", "id-b", "{}"});
  put({"item", "A", "id-a", R"({"x":1})"});
  put({"vat_code", "A", "", "{}"});
  EXPECT_EQ(codes("item"), (std::vector<std::string>{"A", "B"}));
  const auto row = value_of(read([](Reader& reader) { return reader.reference(1, "item", "A"); }));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->id, "id-a");
  EXPECT_EQ(row->data, R"({"x":1})");
  value_of(write([](Transaction& transaction) { return transaction.delete_reference(1, "item", "id-a"); }));
  EXPECT_EQ(codes("item"), std::vector<std::string>{"B"});
  EXPECT_EQ(codes("vat_code"), std::vector<std::string>{"A"});
}

TEST_F(ReferencesTest, ARenamedEntityLosesItsOldCode) {
  put({"item", "OLD", "id-1", "{}"});
  put({"item", "NEW", "id-1", "{}"});
  EXPECT_EQ(codes("item"), std::vector<std::string>{"NEW"});
}

TEST_F(ReferencesTest, ReplaceIsAllOrNothing) {
  put({"item", "OLD", "id-1", "{}"});
  const std::vector<ReferenceRow> wrong = {{"item", "N", "n", "{}"}, {"account", "X", "x", "{}"}};
  EXPECT_FALSE(write([wrong](Transaction& transaction) { return transaction.replace_references(1, "item", wrong); }));
  EXPECT_EQ(codes("item"), std::vector<std::string>{"OLD"});
  const std::vector<ReferenceRow> right = {{"item", "N", "n", "{}"}, {"item", "M", "m", "{}"}};
  value_of(write([right](Transaction& transaction) { return transaction.replace_references(1, "item", right); }));
  EXPECT_EQ(codes("item"), (std::vector<std::string>{"M", "N"}));
}

}  // namespace orders_test
}  // namespace connector::store::testing
