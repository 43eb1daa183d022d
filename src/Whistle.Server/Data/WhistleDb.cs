using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Server.People;

namespace Whistle.Server.Data;

/// <summary>
/// The model. Every feature configures its own entities with an <see cref="IEntityTypeConfiguration{TEntity}"/> beside
/// them; this class only gathers them. Read through <see cref="DbContext.Set{TEntity}()"/>.
/// </summary>
internal sealed class WhistleDb(DbContextOptions<WhistleDb> options, SqliteDatabase database)
    : IdentityUserContext<Member, PersonId>(options)
{
    public string ReaderConnectionString => database.ReaderConnectionString;

    static WhistleDb() =>
        System.ComponentModel.TypeDescriptor.AddAttributes(
            typeof(PersonId), new System.ComponentModel.TypeConverterAttribute(typeof(IdTypeConverter<PersonId>)));

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        Type[] types = [.. typeof(CaseId).Assembly.GetTypes(), .. typeof(RowId).Assembly.GetTypes()];
        foreach (var id in types.Where(IsId))
            configurationBuilder.Properties(id).HaveConversion(typeof(IdValueConverter<>).MakeGenericType(id));
        configurationBuilder.Properties<Hash32>().HaveConversion<HashValueConverter>();
        configurationBuilder.Properties<Day>().HaveConversion<DayValueConverter>();
        configurationBuilder.Properties<ClockPolicy>().HaveConversion<ClockPolicyValueConverter>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(WhistleDb).Assembly);
    }

    private static bool IsId(Type type) =>
        type.IsValueType && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>));
}
