using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Tests;

/// <summary>
/// A whole server on a real port with a data folder and a clock of its own. It speaks the words of the trade; tests never
/// reach into its services.
/// </summary>
internal sealed partial class WhistleServer : WebApplicationFactory<Whistle.Server.Hosting.WhistleOptions>
{
    /// <summary>2026-03-03, a Tuesday, at noon.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _data;
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal) { ["Whistle:ProofOfWorkBits"] = "4" };
    private bool _isLeft;

    public WhistleServer(params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
            _settings["Whistle:" + name] = value;
        _data = Directory.CreateTempSubdirectory("whistle-test");
        UseKestrel(0);
    }

    private WhistleServer(WhistleServer before)
    {
        (_data, _settings, _rootKeys) = (before._data, before._settings, before._rootKeys);
        (Clock, Bend) = (before.Clock, before.Bend);
        UseKestrel(0);
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>Stops this server, and starts another over the same folder, at the same time of day.</summary>
    public async Task<WhistleServer> RestartAsync(params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
            _settings["Whistle:" + name] = value;
        _isLeft = true;
        await DisposeAsync();
        return new WhistleServer(this);
    }

    /// <summary>Puts a faulty part into the server: for tests of what catches the fault.</summary>
    public Action<IServiceCollection>? Bend { get; init; }

    public string DataFolder => _data.FullName;

    /// <summary>A browser of a source: no cookies, no name.</summary>
    public HttpClient Source() => new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>Somebody with an account, signed in.</summary>
    public async Task<Desk> RegisterAsync(Role role, string name = "R. Moreau")
    {
        var member = new Member(NewId.Of<PersonId>(), name, role, Place.Inside);
        member.Enrol(totpSecret: [], totpStep: 0, identityFile: null, recipient: null, signing: null);
        await WriteAsync(db => db.Add(member));
        return new Desk(member.Id, Sign(Source(), member.Id));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Whistle:Data", DataFolder);
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            Bend?.Invoke(services);
            services.AddAuthentication(TestSignIn.Name).AddScheme<AuthenticationSchemeOptions, TestSignIn>(TestSignIn.Name, null);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (!_isLeft && _data.Exists)
            _data.Delete(recursive: true);
    }

    private Uri Address
    {
        get
        {
            StartServer();
            var server = Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>();
            return new Uri(server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First());
        }
    }

    private static HttpClient Sign(HttpClient client, PersonId member)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(TestSignIn.Name, member.ToString());
        client.DefaultRequestHeaders.Add("X-Whistle", "desk");
        return client;
    }

    /// <summary>Writes through the server's one writer.</summary>
    private async Task WriteAsync(Action<WhistleDb> change)
    {
        StartServer();
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await scope.ServiceProvider.GetRequiredService<Writer>().RunAsync(
            db,
            () =>
            {
                change(db);
                return Task.FromResult((true, UnitEnd.All));
            },
            unit,
            default);
    }

    private async Task<T> ReadAsync<T>(Func<WhistleDb, Task<T>> read)
    {
        StartServer();
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<WhistleDb>());
    }

    /// <summary>Signs a member in by a header: for tests that are not about signing in.</summary>
    private sealed class TestSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public const string Name = "Test";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
                || !string.Equals(header.Scheme, Name, StringComparison.Ordinal))
                return Context.AuthenticateAsync(DeskSession.Scheme);
            var identity = new ClaimsIdentity([new(MemberClaim.Type, header.Parameter!)], Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Name)));
        }
    }
}

/// <summary>A signed-in member's browser.</summary>
internal sealed record Desk(PersonId Id, HttpClient Http);
