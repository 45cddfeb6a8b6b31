#include "flows/document_watch.h"

#include <gtest/gtest.h>

#include "simulation/simulated_loop.h"
#include "store/test_store.h"

namespace connector::simulation {
namespace document_watch_test {

using domain::Cause;
using domain::Result;
using domain::UtcTime;
using ports::Task;
using std::chrono::minutes;
using store::PostingRow;

/// Holds what a test puts there.
class Held : public flows::HeldDocuments {
 public:
  Task<Result<std::map<std::string, json::Value>>> read(flows::DocumentTable, std::vector<std::string> ids) override {
    ++asked;
    if (failure) co_return domain::fail(*failure);
    std::map<std::string, json::Value> found;
    for (const std::string& id : ids) {
      if (const auto document = documents.find(id); document != documents.end()) found.insert(*document);
    }
    co_return found;
  }

  std::map<std::string, json::Value> documents;
  std::optional<domain::Error> failure;
  int asked = 0;
};

constexpr const char* kBody = R"({"YourRef":"WM-1","Description":"Order 1","SalesInvoiceLines":[
  {"Item":"item-1","Quantity":2,"NetPrice":5.00,"GLAccount":"account-1"}]})";

json::Value as_made() {
  return *json::parse(R"({"InvoiceID":"guid-1","YourRef":"WM-1","Description":"Order 1","AmountFC":10.0,"Lines":[
    {"ID":"line-1","Item":"ITEM-1","Quantity":2.0,"NetPrice":5.0,"GLAccount":"account-1"}]})");
}

class DocumentWatchTest : public ::testing::Test {
 protected:
  DocumentWatchTest() {
    store_ = store::testing::store_with_shop(loop_, loop_);
    auto planned = store_->write([now = loop_.now()](store::Transaction& transaction) -> Result<void> {
      PostingRow row;
      row.connection = 1;
      row.source_id = "1";
      row.key = "invoice/1/1";
      row.reference = "WM-1";
      row.document = "{}";
      row.body = kBody;
      row.total = domain::Decimal::from_integer(10);
      row.state = store::PostingState::posted;
      row.target_id = "guid-1";
      row.created_at = row.updated_at = now;
      return transaction.insert_posting(row);
    });
    planned.start();
    EXPECT_TRUE(planned.take());
    held_.documents["guid-1"] = as_made();
    watch_.emplace(held_, *store_, loop_, 1);
  }

  /// What comes of a notice; one that is to come again comes again.
  Result<void> notice(const std::string& action, const std::string& entity = "guid-1") {
    store::NoticeRow row;
    row.id = ++notices_;
    row.entity = entity;
    row.action = action;
    row.received_at = loop_.now();
    return work_off({row});
  }
  Result<void> work_off(std::vector<store::NoticeRow> notices) {
    while (true) {
      auto looked = watch_->look_at(notices);
      looked.start();
      auto later = looked.take();
      if (!later) return domain::fail(later.error());
      if (later->empty()) return {};
      notices = *later;
      pass(flows::DocumentWatch::kPause);
    }
  }
  void change(const std::string& key, const std::function<void(PostingRow&)>& edit) {
    auto changed = store_->write([key, edit](store::Transaction& transaction) -> Result<void> {
      auto row = transaction.posting(1, key);
      edit(**row);
      return transaction.update_posting(**row);
    });
    changed.start();
    EXPECT_TRUE(changed.take());
  }
  void insert(PostingRow row) {
    row.connection = 1;
    row.source_id = "1";
    row.document = "{}";
    row.created_at = row.updated_at = loop_.now();
    auto added = store_->write([row](store::Transaction& transaction) { return transaction.insert_posting(row); });
    added.start();
    EXPECT_TRUE(added.take());
  }
  PostingRow posting() {
    auto task = store_->read([](store::Reader& reader) { return reader.posting(1, "invoice/1/1"); });
    task.start();
    return **task.take();
  }
  void pass(domain::Milliseconds time) { loop_.run_until(loop_.now() + time); }

  SimulatedLoop loop_{UtcTime{} + std::chrono::hours(490'000)};
  std::unique_ptr<store::Store> store_;
  Held held_;
  int notices_ = 0;
  std::optional<flows::DocumentWatch> watch_;
};

TEST_F(DocumentWatchTest, ADeletedDocumentIsShownAndStaysPosted) {
  ASSERT_TRUE(notice("delete"));
  EXPECT_EQ(posting().state, store::PostingState::posted);
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
  EXPECT_NE(posting().cause_detail.find("deleted"), std::string::npos);
  EXPECT_EQ(held_.asked, 0) << "there is nothing to ask for";
}

TEST_F(DocumentWatchTest, TheConnectorsOwnDoingsAreNoChanges) {
  ASSERT_TRUE(notice("create"));
  EXPECT_EQ(held_.asked, 0) << "what was just made need not be read";
  ASSERT_TRUE(notice("update", "guid of somebody else's document"));
  EXPECT_EQ(held_.asked, 0);
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(held_.asked, 1);
  EXPECT_FALSE(posting().cause);
}

TEST_F(DocumentWatchTest, VatOnTopIsNoChangeAndStaysShown) {
  json::Value with_vat = as_made();
  with_vat.set("AmountFC", json::Value(json::Number{"12.10"}));
  with_vat.set("AmountFCExclVat", json::Value(json::Number{"10.00"}));
  held_.documents["guid-1"] = with_vat;
  for (int times = 0; times < 2; ++times) {
    pass(minutes(10));
    ASSERT_TRUE(notice("update"));
    EXPECT_EQ(posting().cause, Cause::amount_difference);
    EXPECT_NE(posting().cause_detail.find("12.1 instead of 10"), std::string::npos) << posting().cause_detail;
  }
  held_.documents["guid-1"] = as_made();
  pass(minutes(10));
  ASSERT_TRUE(notice("update"));
  EXPECT_FALSE(posting().cause);
}

TEST_F(DocumentWatchTest, AChangeRightAfterThePostingIsShown) {
  held_.documents["guid-1"].set("AmountFC", json::Value(json::Number{"12.00"}));
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
  EXPECT_NE(posting().cause_detail.find("amounts to 12.00 instead of 10"), std::string::npos) << posting().cause_detail;
}

TEST_F(DocumentWatchTest, AChangeIsShownUntilTheDocumentIsAsItWasMade) {
  pass(minutes(30));
  held_.documents["guid-1"].set("YourRef", "MINE");
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
  EXPECT_NE(posting().cause_detail.find("MINE"), std::string::npos);
  held_.documents["guid-1"] = as_made();
  ASSERT_TRUE(notice("update"));
  EXPECT_FALSE(posting().cause);
  EXPECT_EQ(posting().state, store::PostingState::posted);
}

TEST_F(DocumentWatchTest, ADocumentThatIsGoneIsShown) {
  held_.documents.clear();
  ASSERT_TRUE(notice("update"));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
}

TEST_F(DocumentWatchTest, WhenExactCannotBeAskedTheNoticeWaits) {
  pass(minutes(30));
  held_.failure = domain::Error{Cause::api_outage, "down"};
  const auto looked = notice("update");
  ASSERT_FALSE(looked);
  EXPECT_EQ(looked.error().cause, Cause::api_outage);
  EXPECT_FALSE(posting().cause);
}

TEST_F(DocumentWatchTest, AMakingThatIsToldAfterAChangeDoesNotHideIt) {
  held_.documents["guid-1"].set("AmountFC", json::Value(json::Number{"12.00"}));
  std::vector<store::NoticeRow> both(2);
  for (int i = 0; i < 2; ++i) {
    both[static_cast<std::size_t>(i)].id = i + 1;
    both[static_cast<std::size_t>(i)].entity = "guid-1";
    both[static_cast<std::size_t>(i)].action = i == 0 ? "update" : "create";
    both[static_cast<std::size_t>(i)].received_at = loop_.now();
  }
  ASSERT_TRUE(work_off(both));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
}

TEST_F(DocumentWatchTest, ANoticeQuickerThanTheAnswerWaitsForIt) {
  change("invoice/1/1", [](PostingRow& row) {
    row.state = store::PostingState::retry;
    row.in_doubt = true;
  });
  held_.documents["guid-1"].set("AmountFC", json::Value(json::Number{"12.00"}));
  std::vector<store::NoticeRow> told(1);
  told.front().id = 1;
  told.front().entity = "guid-1";
  told.front().action = "update";
  told.front().received_at = loop_.now();
  auto looked = watch_->look_at(told);
  looked.start();
  auto later = looked.take();
  ASSERT_TRUE(later);
  ASSERT_EQ(later->size(), 1U);
  pass(minutes(5));
  change("invoice/1/1", [](PostingRow& row) {
    row.state = store::PostingState::posted;
    row.in_doubt = false;
  });
  ASSERT_TRUE(work_off(*later));
  EXPECT_EQ(posting().cause, Cause::changed_by_person);
}

/// A sales order of two lines: one is cut down, then both are cancelled, which removes the order.
class OrderWatchTest : public DocumentWatchTest {
 protected:
  OrderWatchTest() {
    PostingRow order;
    order.key = "order/1";
    order.kind = domain::PostingKind::sales_order;
    order.reference = "WM-1-O";
    order.state = store::PostingState::posted;
    order.target_id = "order-1";
    order.body = R"({"YourRef":"WM-1-O"})";
    order.target_data = R"({"lines":[{"id":"a","quantity":3,"net_price":2.5},{"id":"b","quantity":1,"net_price":4}]})";
    insert(order);
    hold(R"([{"ID":"a","Quantity":3.0,"NetPrice":2.5},{"ID":"b","Quantity":1.0,"NetPrice":4.0}])");
  }
  void hold(const char* lines) {
    auto order = *json::parse(R"({"OrderID":"order-1","YourRef":"WM-1-O","Status":12})");
    order.set("Lines", *json::parse(lines));
    held_.documents["order-1"] = std::move(order);
  }
  void cancel(const char* key, const char* lines) {
    PostingRow change;
    change.key = key;
    change.kind = domain::PostingKind::sales_order_change;
    change.depends_on = "order/1";
    change.state = store::PostingState::posted;
    change.target_id = "order-1";
    change.body = std::string(R"({"OrderID":"order-1","Lines":)") + lines + "}";
    insert(change);
  }
  PostingRow order() {
    auto task = store_->read([](store::Reader& reader) { return reader.posting(1, "order/1"); });
    task.start();
    return **task.take();
  }
};

TEST_F(OrderWatchTest, ItsOwnCancellationsAreNoChanges) {
  ASSERT_TRUE(notice("update", "order-1"));
  EXPECT_FALSE(order().cause);
  cancel("order-change/1/1", R"([{"id":"a","quantity":1},{"id":"b","quantity":0}])");
  hold(R"([{"ID":"a","Quantity":1.0,"NetPrice":2.5}])");
  ASSERT_TRUE(notice("update", "order-1"));
  EXPECT_FALSE(order().cause) << order().cause_detail;
  cancel("order-change/1/2", R"([{"id":"a","quantity":0},{"id":"b","quantity":0}])");
  held_.documents.erase("order-1");
  ASSERT_TRUE(notice("delete", "order-1"));
  EXPECT_FALSE(order().cause) << order().cause_detail;
}

TEST_F(OrderWatchTest, APersonsChangesAndDeletionAreShown) {
  hold(R"([{"ID":"a","Quantity":2.0,"NetPrice":2.5},{"ID":"b","Quantity":1.0,"NetPrice":4.0}])");
  ASSERT_TRUE(notice("update", "order-1"));
  EXPECT_NE(order().cause_detail.find("quantity 2.0 instead of 3"), std::string::npos) << order().cause_detail;
  hold(R"([{"ID":"a","Quantity":3.0,"NetPrice":2.5}])");
  ASSERT_TRUE(notice("update", "order-1"));
  EXPECT_NE(order().cause_detail.find("1 lines instead of 2"), std::string::npos) << order().cause_detail;
  ASSERT_TRUE(notice("delete", "order-1"));
  EXPECT_NE(order().cause_detail.find("deleted"), std::string::npos) << order().cause_detail;
}

}  // namespace document_watch_test
}  // namespace connector::simulation
