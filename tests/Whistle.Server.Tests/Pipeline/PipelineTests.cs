using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Tests.Pipeline;

/// <summary>The guard that the server runs before it listens, held to requests that break each of its rules.</summary>
public sealed class PipelineTests
{
    [Fact]
    public void Every_request_of_the_server_carries_exactly_one_marker()
    {
        var requests = PipelineRegistration.Requests(typeof(PipelineRegistration).Assembly);
        Assert.True(requests.Count > 30);
        Assert.All(requests, r => Assert.Single(PipelineRegistration.Markers, m => m.IsAssignableFrom(r)));
    }

    [Theory]
    [InlineData(typeof(Unmarked), "exactly one access marker")]
    [InlineData(typeof(DoublyMarked), "exactly one access marker")]
    [InlineData(typeof(Plain), "an Outcome")]
    [InlineData(typeof(Unvalidated), "exactly one validator")]
    [InlineData(typeof(Plain), "not behind every behaviour")]
    public void A_request_that_would_slip_past_is_reported(Type request, string fault)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IValidator<Unmarked>>(new InlineValidator<Unmarked>());
        services.AddSingleton<IValidator<DoublyMarked>>(new InlineValidator<DoublyMarked>());
        services.AddSingleton<IValidator<Plain>>(new InlineValidator<Plain>());
        using var provider = services.BuildServiceProvider();

        Assert.Contains(PipelineRegistration.Faults(provider, [request]), f => f.Contains(fault, StringComparison.Ordinal));
    }

    internal sealed record Unmarked : IRequest<Outcome<Done>>;

    internal sealed record DoublyMarked : IRequest<Outcome<Done>>, IAnonymous, IFromSource;

    internal sealed record Plain : IRequest<int>, IAnonymous;

    internal sealed record Unvalidated : IRequest<Outcome<Done>>, IAnonymous;
}
