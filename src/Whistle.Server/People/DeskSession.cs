using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>
/// The desk's session (SPEC 14): a cookie that only <c>/api/desk</c> gets, sealed under the data-protection keys of the
/// secrets folder. It names a member and its security stamp; the stamp is compared at every request, so that disabling,
/// enrolling anew and signing out end sessions at once, everywhere.
/// </summary>
internal static class DeskSession
{
    public const string Scheme = "whistle-desk";

    /// <summary>A session ends this long after its last request, and after <see cref="Longest"/> whatever happens.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromHours(8);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(16);

    private const string StampClaim = "whistle:stamp";
    private const string SinceClaim = "whistle:since";

    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<LoginNames>();
        services.AddSingleton<TotpVault>();
        services.AddDataProtection().SetApplicationName("whistle");
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder>((keys, folder) => keys.XmlRepository =
            new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(folder.Secrets, "session-keys")), NullLoggerFactory.Instance));

        // Handlers never save: Commit does, in the transaction of the act (DESIGN 9).
        services.AddScoped<IUserStore<Member>>(provider =>
            new UserOnlyStore<Member, WhistleDb, PersonId>(provider.GetRequiredService<WhistleDb>()) { AutoSaveChanges = false });
        services.AddIdentityCore<Member>(o =>
        {
            // What arrives is the derived key of SPEC 11, never a password that a person chose.
            o.Password.RequiredLength = 43;
            o.Password.RequireDigit = o.Password.RequireLowercase = o.Password.RequireUppercase = o.Password.RequireNonAlphanumeric = false;
        });
        // 256 bits that Argon2id made out of 90: stretching them once more would only slow the server down.
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = 10_000);

        services.AddAuthentication(Scheme).AddCookie(Scheme);
        services.AddOptions<CookieAuthenticationOptions>(Scheme).Configure<IOptions<WhistleOptions>>((o, whistle) =>
        {
            o.Cookie.Name = Scheme;
            o.Cookie.Path = "/api/desk";
            o.Cookie.HttpOnly = true;
            o.Cookie.IsEssential = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            // By the configured origin, never by the request: behind a proxy every request looks like plain HTTP.
            o.Cookie.SecurePolicy = whistle.Value.Origins.All(i => i.StartsWith("http://", StringComparison.Ordinal))
                ? CookieSecurePolicy.None
                : CookieSecurePolicy.Always;
            o.ExpireTimeSpan = Idle;
            o.SlidingExpiration = true;
            o.Events.OnValidatePrincipal = ValidateAsync;
            o.Events.OnRedirectToLogin = static context => Status(context.Response, StatusCodes.Status401Unauthorized);
            o.Events.OnRedirectToAccessDenied = static context => Status(context.Response, StatusCodes.Status404NotFound);
        });
        return services;
    }

    public static ClaimsPrincipal Principal(PersonId person, string stamp, DateTimeOffset now) => new(new ClaimsIdentity(
        [
            new(MemberClaim.Type, person.ToString()),
            new(StampClaim, stamp),
            new(SinceClaim, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ],
        Scheme));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        if (!await HoldsAsync(
            context.Principal, services.GetRequiredService<WhistleDb>(), services.GetRequiredService<TimeProvider>(), context.HttpContext.RequestAborted))
            context.RejectPrincipal();
    }

    /// <summary>Whether the session of a request is still one: for a request that lasts longer than a moment, too.</summary>
    public static async Task<bool> HoldsAsync(ClaimsPrincipal? session, WhistleDb db, TimeProvider clock, CancellationToken ct)
    {
        if (MemberClaim.Of(session) is not { } person
            || !long.TryParse(session?.FindFirstValue(SinceClaim), CultureInfo.InvariantCulture, out var since)
            || clock.GetUtcNow().ToUnixTimeSeconds() >= since + (long)Longest.TotalSeconds)
            return false;
        var stamp = await db.Set<Member>().AsNoTracking()
            .Where(m => m.Id == person && m.State == MemberState.Active)
            .Select(m => m.SecurityStamp)
            .FirstOrDefaultAsync(ct);
        return stamp is not null && string.Equals(stamp, session!.FindFirstValue(StampClaim), StringComparison.Ordinal);
    }

    private static Task Status(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }
}

/// <summary>
/// Refuses a desk request that changes something without <c>X-Whistle: desk</c> (SPEC 14): another site can make a
/// browser post a form, but not send this header.
/// </summary>
internal static class DeskHeader
{
    public static IApplicationBuilder UseDeskHeader(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var method = context.Request.Method;
        var safe = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
        return safe
            || !context.Request.Path.StartsWithSegments("/api/desk", StringComparison.OrdinalIgnoreCase) // as routes match
            || string.Equals(context.Request.Headers["X-Whistle"], "desk", StringComparison.Ordinal)
                ? next(context)
                : Problem.Of(Refusal.Bad("header-missing")).ExecuteAsync(context);
    });
}
