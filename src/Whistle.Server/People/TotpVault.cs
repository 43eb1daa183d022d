using Microsoft.AspNetCore.DataProtection;

namespace Whistle.Server.People;

/// <summary>Keeps TOTP secrets under data protection, whose keys lie in the secrets folder and not in the database.</summary>
internal sealed class TotpVault(IDataProtectionProvider provider)
{
    private readonly IDataProtector _protector = provider.CreateProtector("whistle/totp/v1");

    public byte[] Seal(byte[] secret) => _protector.Protect(secret);

    public byte[] Open(byte[] sealedSecret) => _protector.Unprotect(sealedSecret);
}
