#include "store/postgres/statement_text.h"

#include <gtest/gtest.h>

namespace connector::store::postgres {
namespace statement_text_test {

TEST(StatementText, NumbersParametersAsSqliteDoes) {
  EXPECT_EQ(statement_text("SELECT a FROM t WHERE b=? AND c=?"), "SELECT a FROM t WHERE b=$1 AND c=$2");
  EXPECT_EQ(statement_text("WHERE (?1=0 OR a=?1) AND b>=?12"), "WHERE ($1=0 OR a=$1) AND b>=$12");
  EXPECT_EQ(statement_text("a=?3 AND b=?"), "a=$3 AND b=$4");
}

TEST(StatementText, LeavesTextsAlone) {
  EXPECT_EQ(statement_text("'?' || \"user\" || 'it''s ?' || ?"), "'?' || \"user\" || 'it''s ?' || $1");
  EXPECT_EQ(statement_text("LIKE 'daily/%'"), "LIKE 'daily/%'");
}

TEST(StatementText, LeavesHintsOut) {
  EXPECT_EQ(statement_text("FROM posting INDEXED BY posting_set_aside WHERE a=?1"), "FROM posting  WHERE a=$1");
  EXPECT_EQ(statement_text("WHERE x AND +p.connection=?1 AND (+y=1)"), "WHERE x AND p.connection=$1 AND (y=1)");
  EXPECT_EQ(statement_text("SET version=version+1, n=t.n+excluded.n"), "SET version=version+1, n=t.n+excluded.n");
}

}  // namespace statement_text_test
}  // namespace connector::store::postgres
