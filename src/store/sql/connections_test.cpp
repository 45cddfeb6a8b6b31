#include "store/store_testing.h"

namespace connector::store::testing {
namespace connections_test {

using domain::Cause;

class ConnectionsTest : public StoreTest {};

TEST_F(ConnectionsTest, RowsComeBackWhole) {
  auto row = seller("second.shop-1_A");
  row.paused = true;
  row.mapping_version = 9;
  row.settings = R"({"document_mode":"invoice_only"})";
  const auto id = value_of(write([row](Transaction& transaction) { return transaction.add_connection(row); }));
  reopen();
  const auto found = value_of(read([id](Reader& reader) { return reader.connection(id); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, row.name);
  EXPECT_EQ(found->market, "us");
  EXPECT_EQ(found->division, 17);
  EXPECT_EQ(found->settings, row.settings);
  EXPECT_TRUE(found->paused);
  EXPECT_EQ(found->mapping_version, 9);
  EXPECT_EQ(found->created_at, at(1000));
  const auto all = value_of(read([](Reader& reader) { return reader.connections(); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "first");
}

TEST_F(ConnectionsTest, NamesAreUnique) {
  const auto added =
      write([row = seller("first")](Transaction& transaction) { return transaction.add_connection(row); });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().cause, Cause::bad_input);
}

TEST_F(ConnectionsTest, UpdateAndRaise) {
  auto row = value_of(read([](Reader& reader) { return reader.connection("first"); })).value();
  row.division = 99;
  value_of(write([row](Transaction& transaction) { return transaction.update_connection(row); }));
  EXPECT_EQ(value_of(write([](Transaction& transaction) { return transaction.raise_mapping_version(1); })), 1);
  EXPECT_EQ(value_of(write([](Transaction& transaction) { return transaction.raise_mapping_version(1); })), 2);
  const auto found = value_of(read([](Reader& reader) { return reader.connection("first"); })).value();
  EXPECT_EQ(found.division, 99);
  EXPECT_EQ(found.mapping_version, 2);
  row.id = 77;
  const auto missing = write([row](Transaction& transaction) { return transaction.update_connection(row); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().cause, Cause::not_found);
}

TEST_F(ConnectionsTest, ChangesAreKnownByANumber) {
  const auto version = [this] { return value_of(read([](Reader& reader) { return reader.connections_version(); })); };
  const auto changes = [this, &version](std::function<Result<void>(Transaction&)> work) {
    const auto before = version();
    value_of(write(std::move(work)));
    return version() != before;
  };
  const auto put = [](const char* name) {
    return [name](Transaction& transaction) { return transaction.put_sealed_secret(1, name, "sealed"); };
  };
  EXPECT_TRUE(changes([](Transaction& transaction) -> Result<void> {
    auto added = transaction.add_connection(seller("second"));
    if (!added) return domain::fail(added.error());
    return {};
  }));
  EXPECT_TRUE(changes([](Transaction& transaction) -> Result<void> {
    auto row = transaction.connection("first");
    if (!row) return domain::fail(row.error());
    (*row)->paused = true;
    return transaction.update_connection(**row);
  }));
  EXPECT_TRUE(changes(put("walmart_credentials")));
  EXPECT_FALSE(changes(put("exact_tokens"))) << "renewed all the time";
  EXPECT_FALSE(changes([](Transaction& transaction) -> Result<void> {
    auto raised = transaction.raise_mapping_version(1);
    if (!raised) return domain::fail(raised.error());
    return transaction.put_watermark(1, "orders", "x");
  }));
  EXPECT_TRUE(
      changes([](Transaction& transaction) { return transaction.delete_sealed_secret(1, "walmart_credentials"); }));
  EXPECT_TRUE(changes([](Transaction& transaction) { return transaction.remove_connection(1); }));
  EXPECT_TRUE(changes([](Transaction& transaction) { return transaction.restore_connection(1); }));
  const auto failed = [this](auto work) { return !write(std::move(work)); };
  const auto before = version();
  EXPECT_TRUE(failed([](Transaction& transaction) { return transaction.restore_connection(1); }));
  EXPECT_EQ(version(), before);
}

TEST_F(ConnectionsTest, RemovalDeletesSecretsAndKeepsBooks) {
  add(invoice(1, "100"));
  value_of(write([](Transaction& transaction) { return transaction.put_sealed_secret(1, "token", "sealed"); }));
  value_of(write([](Transaction& transaction) { return transaction.remove_connection(1); }));
  EXPECT_TRUE(value_of(read([](Reader& reader) { return reader.connections(); })).empty());
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.connection("first"); })));
  const auto removed = value_of(read([](Reader& reader) { return reader.removed_connections(); }));
  ASSERT_EQ(removed.size(), 1U);
  EXPECT_EQ(removed[0].name, "first");
  EXPECT_TRUE(value_of(read([](Reader& reader) { return reader.sealed_secrets(); })).empty());
  EXPECT_EQ(get("invoice/100/1").state, PostingState::planned);
  EXPECT_NE(value_of(write([](Transaction& transaction) { return transaction.add_connection(seller("first")); })), 1);
}

TEST_F(ConnectionsTest, Secrets) {
  value_of(write([](Transaction& transaction) {
    for (const auto* name : {"b", "a"}) {
      if (auto done = transaction.put_sealed_secret(1, name, name); !done) return done;
    }
    return transaction.put_sealed_secret(0, "installation", "x");
  }));
  const auto all = value_of(read([](Reader& reader) { return reader.sealed_secrets(); }));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "installation");
  EXPECT_EQ(all[1].sealed, "a");
  const auto names = value_of(read([](Reader& reader) { return reader.secret_names(); }));
  ASSERT_EQ(names.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(names[i].name, all[i].name);
    EXPECT_EQ(names[i].connection, all[i].connection);
    EXPECT_EQ(names[i].sealed, "");
  }
  value_of(write([](Transaction& transaction) { return transaction.delete_sealed_secret(1, "a"); }));
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.sealed_secret(1, "a"); })));
}

TEST_F(ConnectionsTest, Watermarks) {
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.watermark(1, "orders"); })));
  value_of(write([](Transaction& transaction) { return transaction.put_watermark(1, "orders", "a"); }));
  value_of(write([](Transaction& transaction) { return transaction.put_watermark(1, "orders", "b"); }));
  EXPECT_EQ(value_of(read([](Reader& reader) { return reader.watermark(1, "orders"); })), "b");
  EXPECT_FALSE(value_of(read([](Reader& reader) { return reader.watermark(2, "orders"); })));
}

class LeasesTest : public StoreTest {
 protected:
  std::optional<Lease> acquire(const std::string& owner, std::int64_t now, std::int64_t until) {
    return value_of(write(
        [=](Transaction& transaction) { return transaction.acquire_lease("refresh", owner, at(now), at(until)); }));
  }
};

TEST_F(LeasesTest, OneHolderAtATime) {
  const auto lease = acquire("a", 0, 100);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->name, "refresh");
  EXPECT_EQ(lease->owner, "a");
  EXPECT_EQ(lease->until, at(100));
  EXPECT_FALSE(acquire("b", 99, 200));
  const auto taken = acquire("b", 100, 200);
  ASSERT_TRUE(taken) << "an expired lease may be taken";
  EXPECT_GT(taken->token, lease->token);
  EXPECT_FALSE(acquire("a", 150, 300));
}

TEST_F(LeasesTest, ARenewalInTimeKeepsTheToken) {
  const auto lease = acquire("a", 0, 100);
  EXPECT_EQ(acquire("a", 50, 150)->token, lease->token);
  EXPECT_FALSE(acquire("b", 120, 300)) << "the renewal moved the end";
  EXPECT_GT(acquire("a", 150, 250)->token, lease->token) << "too late: someone may have judged the work abandoned";
}

TEST_F(LeasesTest, ManyAreReleasedByTheBeginningOfTheirNames) {
  ASSERT_TRUE(acquire("a", 0, 100));
  value_of(write([](Transaction& transaction) { return transaction.release_leases("re%", "a"); }));
  value_of(write([](Transaction& transaction) { return transaction.release_leases("refresh", "b"); }));
  EXPECT_FALSE(acquire("b", 50, 200));
  value_of(write([](Transaction& transaction) { return transaction.release_leases("ref", "a"); }));
  EXPECT_TRUE(acquire("b", 50, 200));
}

TEST_F(LeasesTest, ThoseThatAreHeldAreListed) {
  for (const auto* name : {"slot/2", "slot/1", "slot/3", "other"}) {
    ASSERT_TRUE(value_of(write([name](Transaction& transaction) {
      return transaction.acquire_lease(name, "a", at(0), at(name == std::string_view("slot/3") ? 50 : 100));
    })));
  }
  const auto held = [this](std::int64_t now) {
    std::vector<std::string> names;
    for (const auto& lease : value_of(read([now](Reader& reader) { return reader.leases("slot/", at(now)); }))) {
      EXPECT_EQ(lease.owner, "a");
      EXPECT_EQ(lease.token, 1);
      names.push_back(lease.name);
    }
    return names;
  };
  EXPECT_EQ(held(49), (std::vector<std::string>{"slot/1", "slot/2", "slot/3"}));
  EXPECT_EQ(held(50), (std::vector<std::string>{"slot/1", "slot/2"})) << "one is over";
  value_of(write([](Transaction& transaction) { return transaction.release_lease("slot/1", "a"); }));
  EXPECT_EQ(held(50), std::vector<std::string>{"slot/2"});
}

TEST_F(LeasesTest, ReleaseKeepsCounting) {
  const auto lease = acquire("a", 0, 100);
  value_of(write([](Transaction& transaction) { return transaction.release_lease("refresh", "b"); }));
  EXPECT_FALSE(acquire("b", 50, 200)) << "only the holder releases";
  value_of(write([](Transaction& transaction) { return transaction.release_lease("refresh", "a"); }));
  const auto next = acquire("b", 50, 200);
  ASSERT_TRUE(next);
  EXPECT_GT(next->token, lease->token);
}

}  // namespace connections_test
}  // namespace connector::store::testing
