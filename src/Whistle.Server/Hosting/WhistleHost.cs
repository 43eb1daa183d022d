using Microsoft.AspNetCore.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Log;
using Whistle.Server.Audit;
using Whistle.Server.Batches;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Demo;
using Whistle.Server.Directories;
using Whistle.Server.Exports;
using Whistle.Server.Identities;
using Whistle.Server.Intake;
using Whistle.Server.Jobs;
using Whistle.Server.Log;
using Whistle.Server.Mail;
using Whistle.Server.Mailbox;
using Whistle.Server.People;
using Whistle.Server.Pipeline;
using Whistle.Server.Setup;
using Whistle.Server.Summaries;

namespace Whistle.Server.Hosting;

/// <summary>Puts the server together. Each feature adds itself with one line here and one in <see cref="MapFeatures"/>.</summary>
internal static class WhistleHost
{
    public const string DefaultUrl = "http://localhost:5080";

    public static void AddWhistle(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.Default;
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BodyBlocks>();
        QuietLog(builder.Logging);

        services.AddOptions<WhistleOptions>().BindConfiguration(WhistleOptions.Section)
            .PostConfigure(o =>
            {
                if (o.Origins.Count == 0)
                    o.Origins = [DefaultUrl];
            })
            .ValidateDataAnnotations()
            .Validate(o => o.Demo || o.BatchNoise > 0, "Whistle:BatchNoise is 0: without noise a batch shows that a tip came.")
            .Validate(o => o.Demo || o.LogNoise > 0, "Whistle:LogNoise is 0: without noise the log shows how much happened.")
            .Validate(o => o.Witnesses.All(w => w.IsValid), "Whistle:Witnesses: each needs a Key (name+hash+key of a witness) and a Url.")
            .Validate(o => o.TimestampUrl is null || (Uri.TryCreate(o.TimestampUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"), "Whistle:TimestampUrl is not an address.")
            .Validate(o => o.Mirror is null || (LogMirror.IsAddress(o.Mirror) && Uri.TryCreate(o.Mirror, UriKind.Absolute, out _)), "Whistle:Mirror is not the address of a mirror: lower case, no query, no slash at the end.")
            .Validate(o => o.LogSeconds <= o.InclusionDays * 86_400L, "Whistle:LogSeconds is longer than Whistle:InclusionDays: promises would be broken.")
            .ValidateOnStart();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<DataFolder>();
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<StorageKeys>();
        services.AddSingleton<Writer>();
        services.AddSingleton<ReadersOnlyRead>();
        services.AddSingleton<ServerKeys>();
        services.AddSingleton<Challenges>();
        services.AddSingleton<KnownDirectories>();
        services.AddScoped<UnitOfWork>();
        // The options are the same for every request: made once, not once in every scope.
        services.AddDbContext<WhistleDb>(
            (provider, options) => options
                .UseSqlite(provider.GetRequiredService<SqliteDatabase>().ReaderConnectionString)
                .ReplaceService<IMigrationsSqlGenerator, WithoutRowIdSqlGenerator>()
                .AddInterceptors(provider.GetRequiredService<ReadersOnlyRead>()),
            optionsLifetime: ServiceLifetime.Singleton);
        services.AddHttpContextAccessor();
        services.ConfigureHttpJsonOptions(o => StrictJson.Apply(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddOpenApi("v1");
        services.AddPipeline();
        services.AddIntake();
        services.AddMailbox();
        services.AddCases();
        services.AddIdentities();
        services.AddPeople();
        services.AddExports();
        services.AddSingleton<SetupGate>();
        services.AddSingleton<BatchJob>();
        services.AddSingleton<LastHead>();
        services.AddSingleton<LogJob>();
        services.AddScoped<LogReader>();
        services.AddSingleton<ProposedWitnesses>();
        services.AddSingleton<PublishedSite>();
        services.AddSingleton<WitnessClient>();
        services.AddSingleton<WitnessJob>();
        services.AddHostedService(provider => provider.GetRequiredService<WitnessJob>());
        services.AddSingleton<TimestampJob>();
        services.AddHostedService(provider => provider.GetRequiredService<TimestampJob>());
        services.AddSingleton<NightlyJob>();
        services.AddHostedService<JobLoop>();
        services.AddMail();
        services.AddAuthorization();
    }

    public static void UseWhistle(this WebApplication app)
    {
        app.UseFailures();
        app.UseSecurityHeaders();
        app.UseDemoBanner();
        app.UseClientFiles(new PhysicalFileProvider(ClientFiles.Root), app.Services.GetRequiredService<IOptions<WhistleOptions>>().Value.Mirror);
        app.UseDeskHeader();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapGet("/health/live", () => TypedResults.Text("ok")).WithName("Live");
        app.MapGet("/health/ready", () => TypedResults.Text("ok")).WithName("Ready");
        MailHealth.Map(app);
        MapFeatures(app);
    }

    /// <summary>Brings the embedded database to this version and checks the pipeline; the server does not listen before.</summary>
    public static async Task PrepareAsync(IServiceProvider services)
    {
        var faults = PipelineRegistration.Faults(services, PipelineRegistration.Requests(typeof(WhistleHost).Assembly));
        if (faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
        await MigrateAsync(services);
        await services.GetRequiredService<LogJob>().SignNewestAsync(CancellationToken.None);
        using var files = new PhysicalFileProvider(ClientFiles.Root);
        await services.GetRequiredService<PublishedSite>().PrepareAsync(files, CancellationToken.None);
    }

    public static async Task MigrateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        await using var connection = scope.ServiceProvider.GetRequiredService<SqliteDatabase>().OpenForWriting();
        db.Database.SetDbConnection(connection);
        await db.Database.MigrateAsync();
    }

    private static void MapFeatures(WebApplication app)
    {
        var source = app.MapGroup("/api/source");
        var desk = app.MapGroup("/api/desk");
        source.MapIntake();
        HandInBundle.Map(app, source);
        source.MapMailbox();
        desk.MapPeople();
        desk.MapDirectories();
        desk.MapSummaries();
        desk.MapExports();
        ShowAudit.Map(desk);
        desk.MapSetup();
        desk.MapCases();
        desk.MapIdentities();
        ServeLog.Map(app);
    }

    /// <summary>
    /// Warnings only, and nothing of a request: the framework's own information lines hold URLs, addresses and times.
    /// </summary>
    private static void QuietLog(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(o => o.SingleLine = true);
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Http", LogLevel.None);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        // Its one warning says that keys lie unencrypted; they lie in the secrets folder, 0700, as all keys here do.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
    }
}
