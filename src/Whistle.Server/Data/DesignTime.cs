using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;

namespace Whistle.Server.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> read the model without a server.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<WhistleDb>
{
    public WhistleDb CreateDbContext(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("whistle-design");
        var database = new SqliteDatabase(new DataFolder(Options.Create(new WhistleOptions { Data = folder.FullName })));
        return new WhistleDb(
            new DbContextOptionsBuilder<WhistleDb>()
                .UseSqlite(database.ReaderConnectionString)
                .ReplaceService<IMigrationsSqlGenerator, WithoutRowIdSqlGenerator>()
                .Options,
            database);
    }
}
