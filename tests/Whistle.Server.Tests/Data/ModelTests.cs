using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;

namespace Whistle.Server.Tests.Data;

public sealed class ModelTests
{
    [Fact]
    public void The_migrations_agree_with_the_model()
    {
        using var db = new DesignTime().CreateDbContext([]);
        Assert.NotEmpty(db.Database.GetMigrations());
        Assert.False(db.Database.HasPendingModelChanges(), "Run src/Whistle.Server/Data/Migrations/remake.sh");
    }
}
