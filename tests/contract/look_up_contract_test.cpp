// Postings sought in a simulated division: many with one long list, and as a store does that was put back from a
// backup: what it never sent may stand there in other parts, or under another number.

#include <algorithm>
#include <optional>
#include <set>

#include "domain/credit_matching.h"
#include "exact_documents/goods_deliveries.h"
#include "exact_documents/invoice_sales_orders.h"
#include "exact_documents/sales_orders.h"
#include "exact_store_fixture.h"
#include "flows/document_json.h"
#include "flows/look_up/exact_look_up.h"
#include "flows/order_invoice.h"
#include "flows/placed_order.h"

namespace connector::contract {
namespace look_up_contract_test {

using domain::Cause;
using domain::Decimal;
using domain::PostingKind;
using engine::LookUpOutcome;
using store::PostingRow;

class LookUpContract : public ExactStoreContract {
 protected:
  LookUpOutcome look_up(const PostingRow& row) { return look_up_all({row}).front(); }
  void insert(const PostingRow& row) {
    ASSERT_TRUE(
        time.run(store->write([row](store::Transaction& transaction) { return transaction.insert_posting(row); })));
  }

  PostingRow posting(PostingKind kind, const std::string& key, const std::string& reference) {
    PostingRow row;
    row.connection = 1;
    row.kind = kind;
    row.key = key;
    row.source_id = "1";
    row.reference = reference;
    row.document = "{}";
    row.created_at = row.updated_at = time.now();
    return row;
  }
  PostingRow second_credit() {
    PostingRow row = posting(PostingKind::credit_memo, "credit/1/2", "WM-1-C2");
    row.total = *Decimal::parse("10.15");
    return row;
  }
  /// A credit memo of 10.15 that Exact holds under the number 1; returns its id.
  std::string first_credit_in_exact() { return credit_in_exact(1, "A refund"); }

  /// A credit memo of 10.15 for a return, as the store plans it.
  PostingRow credit_of_return(int number, const std::string& return_id) {
    PostingRow row =
        posting(PostingKind::credit_memo, "credit/1/" + std::to_string(number), "WM-1-C" + std::to_string(number));
    row.total = *Decimal::parse("10.15");
    domain::Document document;
    document.kind = row.kind;
    document.description = described(return_id);
    row.document = json::write(flows::to_json(document));
    return row;
  }
  static std::string described(const std::string& return_id) {
    return domain::credit_subject("1", return_id) + ", corrects WM-1-1";
  }
  /// A credit memo of 10.15 that Exact holds under that number, with that description; returns its id.
  std::string credit_in_exact(int number, const std::string& description) {
    SalesInvoice credit = invoice("WM-1-C" + std::to_string(number));
    credit.type = exact::SalesInvoiceType::credit_note;
    credit.description = description;
    credit.lines[0].quantity = Decimal::from_integer(1);
    return value_of(post(exact::resources::sales_invoices, sales_invoice_body(credit)))["InvoiceID"].text_or("");
  }
  std::vector<LookUpOutcome> look_up_all(const std::vector<PostingRow>& rows,
                                         domain::Milliseconds patience = std::chrono::minutes(1)) {
    flows::ExactLookUp look_up(*client, *store);
    return time.run(look_up.look_up(rows, time.now() + patience));
  }

  /// The ids of the two lines of a sales order.
  std::vector<std::string> order_lines() {
    SalesOrder wanted = order("WM-1");
    wanted.lines.push_back(wanted.lines.front());
    const auto created = value_of(post(exact::resources::sales_orders, sales_order_body(wanted)));
    std::vector<std::string> ids;
    for (const auto& row : rows(sales_order_lines_of(read_sales_order(created)->id))) {
      ids.push_back(row["ID"].text_or(""));
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  static std::string delivery_of(const std::vector<std::pair<std::string, int>>& lines) {
    GoodsDelivery delivery;
    delivery.delivery_date = std::chrono::year{2026} / 11 / 23;
    delivery.description = "WM-1";
    for (const auto& [id, units] : lines) delivery.lines.push_back({id, Decimal::from_integer(units), "1Z"});
    return goods_delivery_body(delivery);
  }
};

TEST_F(LookUpContract, ARefundIsFoundUnderAnotherNumberOfItsOrder) {
  const std::string id = first_credit_in_exact();
  const LookUpOutcome found = look_up(second_credit());
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(found.target_id, id);
  PostingRow reversal = second_credit();
  reversal.kind = PostingKind::sales_invoice;
  EXPECT_EQ(look_up(reversal).kind, LookUpOutcome::Kind::absent) << "a credit memo is no invoice";
}

TEST_F(LookUpContract, WhatWasSentUnderItsNumberIsSoughtUnderNoOther) {
  first_credit_in_exact();
  PostingRow sent = second_credit();
  sent.last_sent_at = time.now();
  const LookUpOutcome outcome = look_up(sent);
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.message, "");
}

TEST_F(LookUpContract, AnotherNumberThatAPostingHasOrWillHaveIsNoFind) {
  const std::string id = first_credit_in_exact();
  PostingRow first = posting(PostingKind::credit_memo, "credit/1/1", "WM-1-C1");
  insert(first);
  EXPECT_EQ(look_up(second_credit()).kind, LookUpOutcome::Kind::absent) << "it will be found by its own number";
  PostingRow other = posting(PostingKind::credit_memo, "credit/2/1", "WM-2-C1");
  other.source_id = "2";
  other.state = store::PostingState::posted;
  other.target_id = id;
  insert(other);
  first.state = store::PostingState::withdrawn;
  const auto stored = time.run(store->read([](store::Reader& reader) { return reader.posting(1, "credit/1/1"); }));
  first.id = stored.value()->id;
  ASSERT_TRUE(
      time.run(store->write([first](store::Transaction& transaction) { return transaction.update_posting(first); })));
  const LookUpOutcome outcome = look_up(second_credit());
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.message, "");
}

TEST_F(LookUpContract, AnUnknownRefundOfAnotherAmountIsAQuestionForAPerson) {
  first_credit_in_exact();
  PostingRow row = second_credit();
  row.total = *Decimal::parse("5");
  const LookUpOutcome outcome = look_up(row);
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.cause, Cause::confirmation_needed);
  EXPECT_NE(outcome.error.message.find("WM-1-C1"), std::string::npos);
}

TEST_F(LookUpContract, RefundsOfOneAmountAreToldApartByTheirReturns) {
  const std::string first = credit_in_exact(1, described("R1"));
  const std::string second = credit_in_exact(2, described("R2"));
  const std::vector<PostingRow> rows{credit_of_return(1, "R2"), credit_of_return(2, "R1")};
  for (const PostingRow& row : rows) insert(row);
  const auto together = look_up_all(rows);
  EXPECT_EQ(together[0].target_id, second);
  EXPECT_EQ(together[1].target_id, first);
  EXPECT_EQ(look_up(rows[0]).target_id, second);
  EXPECT_EQ(look_up(rows[1]).target_id, first);
}

TEST_F(LookUpContract, ANumberOfAnotherReturnIsAQuestionForAPerson) {
  const std::string id = credit_in_exact(1, described("R1") + " (of 2026-11-23, dated 2026-12-01: period closed)");
  const std::vector<PostingRow> rows{credit_of_return(1, "R2"), credit_of_return(2, "R1")};
  for (const PostingRow& row : rows) insert(row);
  const auto outcomes = look_up_all(rows);
  EXPECT_EQ(outcomes[0].kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcomes[0].error.cause, Cause::confirmation_needed);
  EXPECT_NE(outcomes[0].error.message.find("WM-1-C1"), std::string::npos);
  EXPECT_EQ(outcomes[1].target_id, id);
}

TEST_F(LookUpContract, ARefundThatAPersonRewordedIsFoundByItsNumber) {
  const std::string id = credit_in_exact(1, "Reworded by a person");
  const PostingRow row = credit_of_return(1, "R2");
  insert(row);
  EXPECT_EQ(look_up(row).target_id, id);
}

TEST_F(LookUpContract, TwoRefundsOfOneReturnKeepTheirNumbers) {
  const std::string first = credit_in_exact(1, described("R1"));
  const std::string second = credit_in_exact(2, described("R1"));
  const std::vector<PostingRow> rows{credit_of_return(2, "R1"), credit_of_return(1, "R1")};
  for (const PostingRow& row : rows) insert(row);
  const auto outcomes = look_up_all(rows);
  EXPECT_EQ(outcomes[0].target_id, second);
  EXPECT_EQ(outcomes[1].target_id, first);
}

TEST_F(LookUpContract, WhatAnotherPostingHasIsNotFoundByItsNumber) {
  const std::string id = credit_in_exact(1, "Reworded by a person");
  PostingRow adopted = credit_of_return(2, "R1");
  adopted.state = store::PostingState::posted;
  adopted.target_id = id;
  insert(adopted);
  const PostingRow row = credit_of_return(1, "R2");
  insert(row);
  const LookUpOutcome outcome = look_up(row);
  EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::absent);
  EXPECT_EQ(outcome.error.cause, Cause::confirmation_needed);
}

TEST_F(LookUpContract, ADeliveryThatWasNeverSentIsSoughtByAllItsLines) {
  const auto lines = order_lines();
  ASSERT_EQ(lines.size(), 2U);
  value_of(post(exact::resources::goods_deliveries, delivery_of({{lines[1], 2}})));
  PostingRow row = posting(PostingKind::goods_delivery, "delivery/1/1", "WM-1");
  row.body = delivery_of({{lines[1], 2}});
  const LookUpOutcome found = look_up(row);
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found);
  const auto entry = flows::entry_number_of(found.target_data);
  ASSERT_TRUE(entry) << "its invoice names it";
  EXPECT_NE(std::to_string(*entry), found.target_number);
  row.body = delivery_of({{lines[0], 2}, {lines[1], 2}});
  const LookUpOutcome merged = look_up(row);
  EXPECT_EQ(merged.kind, LookUpOutcome::Kind::differs);
  EXPECT_EQ(merged.error.cause, Cause::amount_difference);
  row.body = delivery_of({{lines[1], 1}});
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::differs) << "other units";
  row.body = delivery_of({{lines[0], 2}});
  EXPECT_EQ(look_up(row).kind, LookUpOutcome::Kind::absent);
}

/// More postings than one filter names, of orders with numbers next to each other.
TEST_F(LookUpContract, ASalesOrderOfMoreThanIsOrderedNowIsForAPerson) {
  // Made of five pieces, before the store was put back and units were cancelled.
  const auto created = value_of(post(exact::resources::sales_orders, sales_order_body(order("WM-1"))));
  const auto sought = [this](int pieces) {
    SalesOrder now = order("WM-1");
    now.lines[0].quantity = Decimal::from_integer(pieces);
    PostingRow row = posting(PostingKind::sales_order, "order/1", "WM-1");
    row.body = sales_order_body(now);
    return look_up(row);
  };
  EXPECT_EQ(sought(5).kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(sought(6).kind, LookUpOutcome::Kind::found) << "a person lowered it: nothing stays open";
  const LookUpOutcome less = sought(3);
  EXPECT_EQ(less.kind, LookUpOutcome::Kind::differs);
  EXPECT_NE(less.error.message.find("has 5 pieces on its lines where 3 are ordered"), std::string::npos)
      << less.error.message;
}

/// Free replacements amount to nothing, so that after a restore their amount says nothing of their units.
TEST_F(LookUpContract, WhatAmountsToNothingIsFoundByItsLines) {
  const auto free = [this](int units) {
    SalesInvoice made = invoice("WM-1");
    made.lines[0].quantity = Decimal::from_integer(units);
    made.lines[0].net_price = made.lines[0].unit_price = Decimal();
    return sales_invoice_body(made);
  };
  value_of(post(exact::resources::sales_invoices, free(2)));
  const auto sought = [&](int units, bool was_sent) {
    PostingRow row = posting(PostingKind::sales_invoice, "invoice/1/1", "WM-1");
    row.body = free(units);
    if (was_sent) row.last_sent_at = time.now();
    return look_up(row);
  };
  EXPECT_EQ(sought(2, false).kind, LookUpOutcome::Kind::found);
  const LookUpOutcome more = sought(4, false);
  EXPECT_EQ(more.kind, LookUpOutcome::Kind::differs);
  EXPECT_NE(more.error.message.find("is not as it would be sent now"), std::string::npos) << more.error.message;
  EXPECT_EQ(sought(4, true).kind, LookUpOutcome::Kind::found) << "this store sent it: it is its own";
}

TEST_F(LookUpContract, VatOnTopOfWhatIsFoundIsSaid) {
  SalesInvoice made = invoice("WM-1");
  made.lines[0].vat_code = "2";
  value_of(post(exact::resources::sales_invoices, sales_invoice_body(made)));
  PostingRow row = posting(PostingKind::sales_invoice, "invoice/1/1", "WM-1");
  row.last_sent_at = time.now();
  row.total = *Decimal::parse("30.45");
  const LookUpOutcome found = look_up(row);
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(found.error.cause, Cause::amount_difference);
  EXPECT_NE(found.error.message.find("36.84 instead of 30.45"), std::string::npos) << found.error.message;
}

class LongListContract : public LookUpContract {
 protected:
  static constexpr int count = 25;

  struct MadeOrder {
    std::string id;
    std::string number;
    std::string line;
  };
  MadeOrder make_order(const std::string& reference) {
    const auto record =
        read_sales_order(value_of(post(exact::resources::sales_orders, sales_order_body(order(reference)))));
    const auto lines = rows(sales_order_lines_of(record->id));
    return {record->id, record->number, lines.at(0)["ID"].text_or("")};
  }
  /// Postings of sales orders that Exact made and told no lines of.
  std::vector<PostingRow> placed_orders() {
    std::vector<PostingRow> placed;
    for (int i = 0; i < count; ++i) {
      const std::string source = std::to_string(i);
      const MadeOrder made = make_order("WM-" + source);
      lines.push_back(made.line);
      PostingRow row = posting(PostingKind::sales_order, "order/" + source, "WM-" + source);
      row.target_data = flows::to_target_data({made.id, made.number});
      placed.push_back(std::move(row));
    }
    return placed;
  }
  /// Postings of invoices that Exact is asked to make of sales orders, with their orders and deliveries in the store.
  std::vector<PostingRow> order_invoices() {
    std::vector<PostingRow> invoices;
    for (int i = 0; i < count; ++i) {
      const std::string source = std::to_string(i);
      const MadeOrder made = make_order("WM-" + source);
      value_of(post(exact::resources::goods_deliveries, delivery_of({{made.line, 5}})));
      SalesOrderInvoicing invoicing;
      invoicing.order_ids = {made.id};
      const std::string body = invoice_sales_orders_body(invoicing);
      const auto accepted = value_of(post(exact::resources::invoice_sales_orders, body));
      PostingRow of_order = posting(PostingKind::sales_order, "order/" + source, "WM-" + source);
      of_order.source_id = source;
      of_order.state = store::PostingState::posted;
      of_order.target_id = made.id;
      of_order.target_number = made.number;
      insert(of_order);
      PostingRow row = posting(PostingKind::sales_invoice, "invoice/" + source + "/1", "WM-" + source);
      row.source_id = source;
      row.depends_on = "delivery/" + source + "/1";
      row.body = body;
      row.total = *Decimal::parse("12.5");
      row.target_data = json::write(json::Object{{"process_id", *read_invoicing_process(accepted)}});
      invoices.push_back(std::move(row));
    }
    return invoices;
  }
  /// The resources that a look-up of all asks for, in order.
  std::vector<LookUpOutcome> look_up_all(const std::vector<PostingRow>& wanted,
                                         domain::Milliseconds patience = std::chrono::minutes(1)) {
    asked.clear();
    return LookUpContract::look_up_all(wanted, patience);
  }
  void SetUp() override {
    LookUpContract::SetUp();
    transport.instead = [this](const std::string& url) -> std::optional<ports::HttpOutcome> {
      const auto begin = url.find("/499156/");
      if (begin == std::string::npos) return std::nullopt;
      asked.push_back(url.substr(begin + 8, url.find('?') - begin - 8));
      if (!asked.back().starts_with("bulk/")) return std::nullopt;
      return long_list;
    };
  }
  static std::ptrdiff_t in_state(const std::vector<LookUpOutcome>& outcomes, LookUpOutcome::Kind kind) {
    return std::count_if(outcomes.begin(), outcomes.end(), [kind](const auto& each) { return each.kind == kind; });
  }
  void each_call_takes(domain::Milliseconds duration) {
    transport.instead = [this, duration, inner = transport.instead](const std::string& url) {
      time.pass(duration);
      return inner(url);
    };
  }
  static ports::HttpOutcome nothing() { return ports::HttpResponse{200, {}, R"({"d":{"results":[]}})"}; }
  static ports::HttpOutcome no_answer() {
    return tl::unexpected(ports::TransportFailure{ports::TransportFailure::Kind::timed_out, "no answer", true});
  }
  using Asked = std::vector<std::string>;

  std::vector<std::string> lines;               ///< by order
  std::optional<ports::HttpOutcome> long_list;  ///< instead of what the division answers
  Asked asked;
};

TEST_F(LongListContract, TheLinesOfManyOrdersComeWithOneCall) {
  const auto wanted = placed_orders();
  const auto outcomes = look_up_all(wanted);
  EXPECT_EQ(asked, Asked{"bulk/SalesOrder/SalesOrderLines"});
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(outcomes[i].kind, LookUpOutcome::Kind::found);
    EXPECT_NE(outcomes[i].target_data.find(lines[i]), std::string::npos);
    EXPECT_NE(outcomes[i].correlation_id, "");
  }
}

TEST_F(LongListContract, LinesThatALongListLacksAreAskedForByThemselves) {
  const auto wanted = placed_orders();
  for (const auto& answer : {nothing(), no_answer()}) {
    long_list = answer;
    const auto outcomes = look_up_all(wanted);
    EXPECT_EQ(asked,
              (Asked{"bulk/SalesOrder/SalesOrderLines", "salesorder/SalesOrderLines", "salesorder/SalesOrderLines"}));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(outcomes[i].kind, LookUpOutcome::Kind::found);
      EXPECT_NE(outcomes[i].target_data.find(lines[i]), std::string::npos);
    }
  }
}

TEST_F(LongListContract, ManyInvoicesMadeOfOrdersAreFoundWithOneCall) {
  const auto wanted = order_invoices();
  time.pass(std::chrono::seconds{10});
  std::set<std::string> found;
  for (const LookUpOutcome& outcome : look_up_all(wanted)) {
    EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::found) << outcome.error.message;
    found.insert(outcome.target_id);
  }
  EXPECT_EQ(found.size(), wanted.size());
  EXPECT_EQ(asked, Asked{"bulk/SalesInvoice/SalesInvoices"});
}

/// Anybody may number an invoice like a sales order.
TEST_F(LongListContract, WhatHasTheNumberOfAnOrderAloneIsNotItsInvoice) {
  const std::vector<PostingRow> wanted{order_invoices().front()};
  const auto ordered = time.run(store->read([](store::Reader& reader) { return reader.posting(1, "order/0"); }));
  const auto number = json::parse_integer(ordered.value()->target_number);
  ASSERT_TRUE(number);
  std::set<std::string> others;
  const auto enter = [&](const std::string& reference, exact::SalesInvoiceType type) {
    SalesInvoice made = invoice(reference);
    made.type = type;
    made.lines[0].quantity = Decimal::from_integer(5);
    made.lines[0].net_price = *Decimal::parse("2.5");
    json::Value body = *json::parse(sales_invoice_body(made));
    body.set("OrderNumber", *number);
    others.insert(value_of(post(exact::resources::sales_invoices, json::write(body)))["InvoiceID"].text_or(""));
  };
  enter("by hand", exact::SalesInvoiceType::invoice);
  enter("WM-0", exact::SalesInvoiceType::credit_note);
  EXPECT_EQ(look_up_all(wanted).front().kind, LookUpOutcome::Kind::pending) << "Exact is at it still";
  time.pass(std::chrono::seconds{10});
  const LookUpOutcome found = look_up_all(wanted).front();
  EXPECT_EQ(found.kind, LookUpOutcome::Kind::found) << found.error.message;
  EXPECT_FALSE(others.contains(found.target_id));
}

TEST_F(LongListContract, AnInvoiceThatALongListLacksIsWaitedForUntilItsProcessHasEnded) {
  auto wanted = order_invoices();
  time.pass(std::chrono::seconds{10});
  long_list = nothing();
  const auto first = look_up_all(wanted);
  EXPECT_EQ(asked, Asked{"bulk/SalesInvoice/SalesInvoices"});
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(first[i].kind, LookUpOutcome::Kind::pending);
    wanted[i].target_data = first[i].target_data;
  }
  const auto second = look_up_all(wanted);
  EXPECT_EQ(in_state(second, LookUpOutcome::Kind::found), 20) << "so many processes are asked after at once";
  EXPECT_EQ(in_state(second, LookUpOutcome::Kind::pending), 5);
  EXPECT_EQ(std::count(asked.begin(), asked.end(), "salesinvoice/SalesInvoices"), 1);
}

TEST_F(LongListContract, WhatIsFoundWhileThereIsTimeIsToldAndTheRestPutOff) {
  const auto wanted = order_invoices();
  time.pass(std::chrono::seconds{10});
  long_list = no_answer();
  each_call_takes(std::chrono::seconds{10});
  const auto outcomes = look_up_all(wanted, std::chrono::seconds{15});
  EXPECT_EQ(asked, (Asked{"bulk/SalesInvoice/SalesInvoices", "salesinvoice/SalesInvoices"}))
      << "half of the time is left when the long list fails";
  EXPECT_EQ(in_state(outcomes, LookUpOutcome::Kind::found), 20) << "so many stand in one filter";
  EXPECT_EQ(in_state(outcomes, LookUpOutcome::Kind::put_off), 5);
}

TEST_F(LongListContract, LinesThatThereIsNoTimeToAskForAreLeftToTheNextLook) {
  const auto wanted = placed_orders();
  long_list = nothing();
  each_call_takes(std::chrono::seconds{10});
  const auto outcomes = look_up_all(wanted, std::chrono::seconds{15});
  EXPECT_EQ(asked, (Asked{"bulk/SalesOrder/SalesOrderLines", "salesorder/SalesOrderLines"}));
  EXPECT_EQ(in_state(outcomes, LookUpOutcome::Kind::found), 20);
  EXPECT_EQ(in_state(outcomes, LookUpOutcome::Kind::put_off), 5);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (outcomes[i].kind != LookUpOutcome::Kind::put_off) continue;
    EXPECT_EQ(outcomes[i].target_data, wanted[i].target_data) << "what is known of it stays";
  }
}

TEST_F(LongListContract, WhatExactWasAskedForInVainIsAskedForAgainUntilItIsInvoiced) {
  service->switches().invoicing_in_vain_every = 1;
  const auto wanted = order_invoices();
  time.pass(std::chrono::seconds{10});
  PostingRow row = wanted.front();
  row.target_data = look_up_all({row}).front().target_data;
  const LookUpOutcome in_vain = look_up_all({row}).front();
  EXPECT_EQ(in_vain.kind, LookUpOutcome::Kind::unmade);
  EXPECT_EQ(in_vain.error.cause, Cause::business_refusal);

  service->switches().invoicing_in_vain_every = 0;
  SalesOrderInvoicing by_a_person;
  by_a_person.one_per_customer = true;
  for (const std::size_t index : {1U, 0U}) {
    by_a_person.order_ids.push_back(
        json::parse(wanted[index].body)->operator[]("SalesOrderIDs").at(0)["ID"].text_or(""));
  }
  value_of(post(exact::resources::invoice_sales_orders, invoice_sales_orders_body(by_a_person)));
  time.pass(std::chrono::seconds{10});
  const LookUpOutcome invoiced = look_up_all({row}).front();
  EXPECT_EQ(invoiced.kind, LookUpOutcome::Kind::differs);
  EXPECT_EQ(invoiced.error.cause, Cause::changed_by_person);
}

TEST_F(LongListContract, AnInvoiceThatIsNotMadeInHalfADayIsForAPerson) {
  service->switches().invoicing_delay_ms = 1'000LL * 3'600 * 24;
  PostingRow row = order_invoices().front();
  row.last_sent_at = time.now();
  row.target_data = look_up_all({row}).front().target_data;
  time.pass(std::chrono::hours{11});
  EXPECT_EQ(look_up_all({row}).front().kind, LookUpOutcome::Kind::pending);
  time.pass(std::chrono::hours{2});
  const LookUpOutcome unended = look_up_all({row}).front();
  EXPECT_EQ(unended.kind, LookUpOutcome::Kind::differs);
  EXPECT_EQ(unended.error.cause, Cause::unclear_outcome);
  EXPECT_NE(unended.error.message.find("InProgress"), std::string::npos) << unended.error.message;
}

TEST_F(LongListContract, WhatMayBeSentAgainIsNotTakenForAbsentByALongList) {
  auto wanted = order_invoices();
  time.pass(std::chrono::seconds{10});
  for (PostingRow& row : wanted) row.target_data.clear();
  long_list = nothing();
  for (const LookUpOutcome& outcome : look_up_all(wanted)) EXPECT_EQ(outcome.kind, LookUpOutcome::Kind::found);
  EXPECT_EQ(asked, (Asked{"salesinvoice/SalesInvoices", "salesinvoice/SalesInvoices"}));
}

}  // namespace look_up_contract_test
}  // namespace connector::contract
