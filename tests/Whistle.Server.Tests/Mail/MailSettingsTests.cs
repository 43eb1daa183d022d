using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;
using Whistle.Server.Mail;

namespace Whistle.Server.Tests.Mail;

public sealed class MailSettingsTests
{
    private const string From = "Smtp:From=portal@example.org";

    public static TheoryData<string, string[]> Wrong => new()
    {
        { "Whistle:MorningMail:Hour is not an hour, 0 to 23.", ["MorningMail:Hour=24"] },
        { "Whistle:MorningMail:Zone is not a zone of the IANA database, such as Europe/Berlin.", ["MorningMail:Zone=Berlin"] },
        { "Whistle:Webhook is not an https address, nor an http address on loopback.", ["Webhook=http://hook.example/x"] },
        { "Whistle:Webhook is not an https address, nor an http address on loopback.", ["Webhook=hook"] },
        { "Whistle:RootHolderMail: each is an e-mail address, such as works-council@example.org.", ["RootHolderMail:0=Works Council <w@example.org>", "Smtp:Host=localhost", From] },
        { "Whistle:RootHolderMail is set, but Whistle:Smtp:Host is not: nobody would send the mail.", ["RootHolderMail:0=w@example.org"] },
        { "Whistle:Smtp:Host is missing: without it there is no mail.", [From] },
        { "Whistle:Smtp:Port is not a port, 1 to 65535.", ["Smtp:Host=localhost", From, "Smtp:Port=0"] },
        { "Whistle:Smtp:From is not an e-mail address, such as portal@example.org.", ["Smtp:Host=localhost"] },
        { "Whistle:Smtp:From is not an e-mail address, such as portal@example.org.", ["Smtp:Host=localhost", "Smtp:From=portal@example.org\nBcc: x@example.org"] },
        { "Whistle:Smtp:Tls is off, but Whistle:Smtp:Host is not on loopback: addresses would cross the network in the clear.", ["Smtp:Host=relay.example.org", From, "Smtp:Tls=false"] },
        { "Whistle:Smtp:User and Whistle:Smtp:PasswordFile go together.", ["Smtp:Host=localhost", From, "Smtp:User=portal"] },
        { "Whistle:Smtp:PasswordFile cannot be read, or is empty.", ["Smtp:Host=localhost", From, "Smtp:User=portal", "Smtp:PasswordFile=/nowhere/password"] },
        { "Whistle:Smtp:TrustFile cannot be read, or holds no certificate (PEM).", ["Smtp:Host=localhost", From, "Smtp:TrustFile=/dev/null"] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_setting_of_mail_that_cannot_be_has_its_sentence(string sentence, string[] settings) =>
        Assert.Equal([sentence], Check(settings).Failures ?? []);

    [Theory]
    [InlineData("Smtp:Host=relay.example.org", From)]
    [InlineData("Smtp:Host=127.0.0.1", "Smtp:Tls=false", From, "RootHolderMail:0=w@example.org")]
    [InlineData("Smtp:Host=[::1]", "Smtp:Tls=false", From)]
    [InlineData("Webhook=https://hook.example.org/x", "MorningMail:Zone=Europe/Berlin", "MorningMail:Hour=0")]
    [InlineData("Webhook=http://127.0.0.1:8080/x")]
    [InlineData("MorningMail:Hour=23")]
    public void A_setting_of_mail_that_can_be_is_taken(params string[] settings) => Assert.True(Check(settings).Succeeded);

    [Fact]
    public async Task A_wrong_setting_ends_the_start_with_its_sentence_and_exit_code_2()
    {
        var data = Directory.CreateTempSubdirectory("whistle-mail-settings");
        try
        {
            var (exit, said) = await ServerChild.RunAsync("serve", data.FullName, "--urls", "http://127.0.0.1:0", "--Whistle:Smtp:Host=relay.example.org", "--Whistle:Smtp:Tls=false");
            Assert.Equal(2, exit);
            Assert.Equal(
                "Whistle:Smtp:From is not an e-mail address, such as portal@example.org.\n"
                + "Whistle:Smtp:Tls is off, but Whistle:Smtp:Host is not on loopback: addresses would cross the network in the clear.\n",
                said);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_demo_sends_to_nobody_whatever_is_set()
    {
        var options = new WhistleOptions { Webhook = "https://hook.example.org" };
        options.Smtp.Host = "localhost";
        Assert.True(OutboxJob.HasAnybody(options));
        options.Demo = true;
        Assert.False(OutboxJob.HasAnybody(options));
    }

    [Theory]
    [InlineData("a@example.org", true)]
    [InlineData("first.last+tag@sub.example.org", true)]
    [InlineData("o'neil@localhost", true)]
    [InlineData("a@xn--mller-kva.example", true)]
    [InlineData("a@müller.example", false)]
    [InlineData("", false)]
    [InlineData("@example.org", false)]
    [InlineData("a@", false)]
    [InlineData("a@b@c", false)]
    [InlineData(".a@example.org", false)]
    [InlineData("a..b@example.org", false)]
    [InlineData("a@-example.org", false)]
    [InlineData("a@example..org", false)]
    [InlineData("a b@example.org", false)]
    [InlineData("\"a b\"@example.org", false)]
    [InlineData("a@example.org\r\nBcc: b@example.org", false)]
    [InlineData("a@[127.0.0.1]", false)]
    [InlineData("A <a@example.org>", false)]
    public void An_address_is_one_that_every_relay_takes(string address, bool isWellFormed) =>
        Assert.Equal(isWellFormed, MailAddresses.IsWellFormed(address));

    [Fact]
    public void An_address_has_at_most_254_signs()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 62), 3));
        Assert.True(MailAddresses.IsWellFormed($"{new string('a', 64)}@{domain}"));
        Assert.False(MailAddresses.IsWellFormed($"{new string('a', 65)}@{domain}"));
        Assert.True(MailAddresses.IsWellFormed($"a@{new string('d', 63)}.{new string('d', 63)}.{new string('d', 63)}.{new string('d', 60)}"));
        Assert.False(MailAddresses.IsWellFormed($"a@{new string('d', 63)}.{new string('d', 63)}.{new string('d', 63)}.{new string('d', 61)}"));
    }

    private static ValidateOptionsResult Check(string[] settings)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder();
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            configuration, settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0], (string?)s[1])));
        var options = new WhistleOptions();
        Microsoft.Extensions.Configuration.ConfigurationBinder.Bind(configuration.Build(), options);
        return new MailSettingsCheck().Validate(name: null, options);
    }
}
