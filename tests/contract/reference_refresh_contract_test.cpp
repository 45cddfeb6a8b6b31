// The cached reference data against a simulated division: what was mended in Exact is noticed and stays noticed.

#include "exact_store_fixture.h"
#include "flows/document_mode.h"
#include "flows/reference_refresh.h"

namespace connector::contract {
namespace reference_refresh_contract_test {

/// One endpoint of Exact is away.
class GateWithout : public ports::testing::OpenGate {
 public:
  ports::Task<domain::Result<void>> admit(std::string endpoint, ports::CallPriority,
                                          std::optional<domain::UtcTime>) override {
    ++asked[endpoint];
    if (endpoint == away) co_return domain::fail(why, endpoint + " is away");
    co_return domain::Result<void>{};
  }
  std::string away;
  domain::Cause why = domain::Cause::api_outage;
  std::map<std::string, int> asked;
};

class ReferenceRefreshContract : public ExactStoreContract {
 protected:
  ReferenceRefreshContract() { client.emplace(*session, transport, partly, random, time, options, exact_division); }
  domain::Result<flows::ReferenceRefresh::Report> refresh() {
    flows::ReferenceRefresh references(*client, *store, time, 1, std::make_shared<const domain::ConnectionSettings>());
    return time.run(references.run(domain::Milliseconds{0}));
  }
  std::int64_t version() {
    auto row = time.run(store->read([](store::Reader& reader) { return reader.connection(1); }));
    EXPECT_TRUE(row && *row);
    return row && *row ? (*row)->mapping_version : 0;
  }

  GateWithout partly;
};

TEST_F(ReferenceRefreshContract, WhatChangedIsPlannedAnewAlthoughALaterListCannotBeRead) {
  ASSERT_TRUE(refresh());
  const std::int64_t before = version();
  ASSERT_TRUE(refresh());
  EXPECT_EQ(version(), before) << "nothing changed";
  person(R"({"action":"block_gl_account","code":"8000"})");
  partly.away = "hrm/Costcenters";
  const auto failed = refresh();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().cause, domain::Cause::api_outage) << failed.error().message;
  const std::int64_t noticed = version();
  EXPECT_GT(noticed, before);
  partly.away.clear();
  ASSERT_TRUE(refresh());
  EXPECT_EQ(version(), noticed) << "it was told once";
}

TEST_F(ReferenceRefreshContract, AListThatIsRefusedIsAskedForOnceADayOrAfterASignIn) {
  partly.away = "inventory/Warehouses";
  partly.why = domain::Cause::permission_denied;
  const auto first = refresh();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->problems.size(), 1U);
  for (int time = 0; time < 10; ++time) ASSERT_TRUE(refresh());
  EXPECT_EQ(partly.asked["inventory/Warehouses"], 1) << "eight refusals in an hour would rest the endpoint";
  ASSERT_TRUE(time.run(
      store->write([](store::Transaction& transaction) { return flows::forget_refused_lists(transaction, 1); })));
  partly.away.clear();
  const auto allowed = refresh();
  ASSERT_TRUE(allowed);
  EXPECT_TRUE(allowed->problems.empty());
  EXPECT_EQ(partly.asked["inventory/Warehouses"], 2);
}

TEST_F(ReferenceRefreshContract, AListWhoseEndpointRestsHoldsNothingElseUp) {
  partly.away = "inventory/Warehouses";
  partly.why = domain::Cause::rate_limited;
  const auto refreshed = refresh();
  ASSERT_TRUE(refreshed) << refreshed.error().message;
  EXPECT_EQ(refreshed->problems.size(), 1U);
}

TEST_F(ReferenceRefreshContract, WhatWasBlockedAndReleasedBetweenTwoLooksReleasesWhatWasHeldForIt) {
  ASSERT_TRUE(refresh());
  const std::int64_t before = version();
  person(R"({"action":"block_gl_account","code":"8000"})");
  person(R"({"action":"unblock_gl_account","code":"8000"})");
  ASSERT_TRUE(refresh());
  EXPECT_EQ(version(), before) << "nothing waits for it";
  store::PostingRow row;
  row.connection = 1;
  row.key = "invoice/1/1";
  row.source_id = "1";
  row.kind = domain::PostingKind::sales_invoice;
  row.state = store::PostingState::held;
  row.cause = domain::Cause::missing_gl_account;
  row.document = "{}";
  row.created_at = row.updated_at = time.now();
  ASSERT_TRUE(
      time.run(store->write([row](store::Transaction& transaction) { return transaction.insert_posting(row); })));
  person(R"({"action":"block_gl_account","code":"8000"})");
  person(R"({"action":"unblock_gl_account","code":"8000"})");
  ASSERT_TRUE(refresh());
  const std::int64_t noticed = version();
  EXPECT_GT(noticed, before);
  ASSERT_TRUE(refresh());
  EXPECT_EQ(version(), noticed) << "it was told once";
}

TEST_F(ReferenceRefreshContract, TheCustomerIsAnAccountThatCanBeInvoiced) {
  const auto chosen = [this] {
    const auto row =
        time.run(store->read([](store::Reader& reader) { return reader.reference(1, "customer", "Walmart.com"); }));
    EXPECT_TRUE(row);
    return row && *row ? (*row)->id : std::string();
  };
  const auto give_status = [this](const std::string& id, const std::string& status) {
    const auto done = time.run(client->update(exact::resources::accounts, id, R"({"Status":")" + status + "\"}",
                                              exact_priority, std::nullopt));
    EXPECT_TRUE(done) << done.error().error.message;
  };
  const std::string first = customer();
  give_status(first, "A");
  const auto refused = refresh();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::missing_customer);
  EXPECT_NE(refused.error().message.find("is no customer"), std::string::npos) << refused.error().message;
  EXPECT_EQ(chosen(), "");

  const std::string second =
      value_of(post(exact::resources::accounts, R"({"Name":"Walmart.com","Status":"C"})"))["ID"].text_or("");
  ASSERT_TRUE(refresh());
  EXPECT_EQ(chosen(), second);
  give_status(first, "C");
  ASSERT_TRUE(refresh());
  EXPECT_EQ(chosen(), second) << "what was invoiced so far";
}

TEST_F(ReferenceRefreshContract, AScopeThatIsLackingChoosesNoDocumentMode) {
  ASSERT_TRUE(time.run(
      store->write([](store::Transaction& transaction) { return flows::leave_document_mode_open(transaction, 1); })));
  const auto is_open = [this] {
    return time.run(store->read([](store::Reader& reader) { return flows::is_document_mode_open(reader, 1); }))
        .value_or(false);
  };
  service->switches().forbidden_scopes = {"salesorder"};
  const auto refused = refresh();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::permission_denied);
  EXPECT_NE(refused.error().message.find("lacks the scope for sales orders"), std::string::npos);
  EXPECT_TRUE(is_open());
  service->switches().forbidden_scopes.clear();
  ASSERT_TRUE(refresh());
  EXPECT_FALSE(is_open());
}

TEST_F(ReferenceRefreshContract, OfTwoCustomersOfOneNameNoneIsTaken) {
  value_of(post(exact::resources::accounts, R"({"Name":"Walmart.com","Status":"C"})"));
  const auto refused = refresh();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, domain::Cause::missing_customer);
  EXPECT_NE(refused.error().message.find("customer_account"), std::string::npos) << refused.error().message;
}

}  // namespace reference_refresh_contract_test
}  // namespace connector::contract
