using System.Reflection;
using FluentValidation;
using MediatR;

namespace Whistle.Server.Pipeline;

internal static class PipelineRegistration
{
    /// <summary>From the outside in. Authorise runs inside the unit of work that Commit opens, and before anything is saved.</summary>
    internal static IReadOnlyList<Type> Behaviours { get; } =
        [typeof(ValidateBehaviour<,>), typeof(CommitBehaviour<,>), typeof(AuthoriseBehaviour<,>)];

    internal static IReadOnlyList<Type> Markers { get; } =
        [typeof(IAnonymous), typeof(IFromSource), typeof(IForRole), typeof(IAboutCase)];

    public static IServiceCollection AddPipeline(this IServiceCollection services)
    {
        var assembly = typeof(PipelineRegistration).Assembly;
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.Scan(scan => scan.FromAssemblies(assembly)
            .AddClasses(c => c.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false)
                .As(type => type.GetInterfaces().Where(i => Closes(i, typeof(IRequestHandler<,>)))).WithScopedLifetime()
            .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false)
                .As(type => type.GetInterfaces().Where(i => Closes(i, typeof(IValidator<>)))).WithSingletonLifetime());
        foreach (var behaviour in Behaviours)
            services.AddScoped(typeof(IPipelineBehavior<,>), behaviour);
        services.AddScoped<Actor>();
        services.AddScoped<Authoriser>();
        return services;
    }

    /// <summary>Every request of an assembly.</summary>
    internal static IReadOnlyList<Type> Requests(Assembly assembly) =>
        [.. assembly.GetTypes().Where(t => !t.IsAbstract && ResponseOf(t) is not null)];

    internal static Type? ResponseOf(Type request) =>
        request.GetInterfaces().FirstOrDefault(i => Closes(i, typeof(IRequest<>)))?.GetGenericArguments()[0];

    /// <summary>
    /// What is wrong with the requests, or nothing. The container silently skips a behaviour whose constraint fails, so
    /// the server checks that every behaviour really stands before every handler, and does not start otherwise.
    /// </summary>
    internal static IReadOnlyList<string> Faults(IServiceProvider provider, IEnumerable<Type> requests)
    {
        var faults = new List<string>();
        using var scope = provider.CreateScope();
        foreach (var request in requests)
        {
            var response = ResponseOf(request)!;
            var name = request.FullName;
            if (Markers.Count(m => m.IsAssignableFrom(request)) != 1)
                faults.Add($"{name} must carry exactly one access marker.");
            if (!response.GetInterfaces().Any(i => Closes(i, typeof(IOutcome<>))))
                faults.Add($"{name} must answer an Outcome.");
            if (scope.ServiceProvider.GetServices(typeof(IValidator<>).MakeGenericType(request)).Count() != 1)
                faults.Add($"{name} must have exactly one validator.");
            if (scope.ServiceProvider.GetServices(typeof(IRequestHandler<,>).MakeGenericType(request, response)).Count() != 1)
                faults.Add($"{name} must have exactly one handler.");
            var running = scope.ServiceProvider.GetServices(typeof(IPipelineBehavior<,>).MakeGenericType(request, response))
                .Select(b => b!.GetType().GetGenericTypeDefinition());
            if (!running.SequenceEqual(Behaviours))
                faults.Add($"{name} is not behind every behaviour.");
        }
        return faults;
    }

    private static bool Closes(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;
}
