using System.Security.Cryptography;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// A secret sealed to the recovery identity of a published directory (SPEC 11.1): who gives it back has that identity together. A
/// case's key alone is what everybody has who ever was among its readers.
/// </summary>
internal static class IssueRecoveryChallenge
{
    public sealed record Body(KeyFingerprint Recovery);

    public sealed record Query(KeyFingerprint Recovery) : IRequest<Outcome<Answer>>, IFromSource, IQuery;

    public sealed record Answer(byte[] Nonce, byte[] Sealed);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, KnownDirectories directories, Challenges challenges, ServerKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (await directories.RecoveryAsync(db, request.Recovery, cancellationToken) is not { } recipient)
                return Refusal.NotFound;
            var nonce = challenges.Issue(ChallengePurpose.Mailbox);
            return new Answer(nonce, AgeFile.Encrypt(SecretOf(keys, nonce, request.Recovery), [recipient], Randomness.System));
        }
    }

    /// <summary>Nothing is stored for it: 32 bytes that follow from the nonce and whose it is.</summary>
    internal static byte[] SecretOf(ServerKeys keys, byte[] nonce, KeyFingerprint recovery) =>
        HMACSHA256.HashData(keys.Mac, (byte[])[.. "whistle/recovery-challenge/v1\0"u8, .. nonce, .. recovery.ToBytes()]);

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/recovery/challenge", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(body.Recovery), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(IssueRecoveryChallenge)).Answers(400, 404);
}

/// <summary>
/// The first letter of a case, to whoever has its key and the recovery identity (SPEC 11.1): the holders read in it whom the source
/// left out, before anybody gets the key. It stands in the case's history. Whatever fails answers as a case that never was.
/// </summary>
internal static class ReadForRecovery
{
    public sealed record Body(CaseId Case, KeyFingerprint Recovery, byte[] Nonce, byte[] Secret, byte[] Signature)
    {
        public override string ToString() => "ReadForRecovery(redacted)";
    }

    public sealed record Command(Body Asked) : IRequest<Outcome<Answer>>, IFromSource
    {
        public override string ToString() => "ReadForRecovery(redacted)";
    }

    public sealed record Answer(byte[] Message)
    {
        public override string ToString() => "ReadForRecovery(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, StorageKeys keys, ServerKeys server, Challenges challenges, IOptions<WhistleOptions> options)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        /// <summary>Where there is no such case, the same work is done with a key that cannot have signed this.</summary>
        private static readonly VerifyKey s_nobody = SigningKey.FromSeed(RandomNumberGenerator.GetBytes(SigningKey.SeedLength)).Public;

        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var asked = request.Asked;
            var used = challenges.Use(ChallengePurpose.Mailbox, asked.Nonce);
            var isTogether = CryptographicOperations.FixedTimeEquals(IssueRecoveryChallenge.SecretOf(server, asked.Nonce, asked.Recovery), asked.Secret);
            var found = await db.Set<Case>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == asked.Case, cancellationToken);
            var first = await db.Set<Message>().AsNoTracking()
                .FirstOrDefaultAsync(m => m.Case == asked.Case && m.Direction == Direction.Source && m.Seq == 1 && m.Released, cancellationToken);
            if (found is null || !VerifyKey.TryFromBytes(found.Access, out var access))
                access = s_nobody;
            var isProven = options.Value.Origins.Any(o => access.Verify(PossessionProofs.Recovery(o, asked.Case, asked.Nonce), asked.Signature));
            if (used is not null || first is null || !isTogether || !isProven)
                return Refusal.NotFound;
            unit.Audit("case.recovery-read", about: asked.Case);
            return new Answer(first.Read(keys.Get(asked.Case)));
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/recovery", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadForRecovery)).Answers(400, 404);
}
