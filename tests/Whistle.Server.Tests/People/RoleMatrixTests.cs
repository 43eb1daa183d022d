using System.Text;
using Whistle.Server.People;

namespace Whistle.Server.Tests.People;

/// <summary>
/// Every endpoint of the desk against every role, from the server's own list of endpoints: one that this table does not
/// name fails, so nobody adds a door without saying who may pass.
/// </summary>
public sealed class RoleMatrixTests
{
    private const string Everyone = "lead reviewer approver custodian admin auditor";
    private const string Readers = "lead reviewer";
    private const string Releasers = "lead reviewer approver";
    private const string Admin = "admin";
    private const string Auditor = "auditor";

    /// <summary>About one object: an unknown one answers alike to every role, whoever might have it.</summary>
    private const string Nobody = "nobody";

    /// <summary>Before a session.</summary>
    private const string Anyone = "anyone";

    private const string Zero = "00000000000000000000000000000000";

    /// <summary>Method and path, who passes the door, and a body that is well-formed, so that only the role decides.</summary>
    private static readonly Dictionary<string, (string Roles, string? Body)> Table = new(StringComparer.Ordinal)
    {
        ["POST /api/desk/session/salt"] = (Anyone, null),
        ["POST /api/desk/session"] = (Anyone, null),
        ["GET /api/desk/session"] = (Everyone, null),
        ["DELETE /api/desk/session"] = (Everyone, null),
        ["POST /api/desk/enrolment/open"] = (Anyone, null),
        ["POST /api/desk/enrolment"] = (Anyone, null),
        ["POST /api/desk/setup/open"] = (Anyone, null),
        ["POST /api/desk/setup"] = (Anyone, null),
        ["PUT /api/desk/absence"] = (Readers, "{}"),
        ["GET /api/desk/people"] = (Admin, null),
        ["POST /api/desk/people"] = (Admin, """{"name":"N. New","role":"auditor","place":"inside"}"""),
        ["POST /api/desk/people/{id}/invitation"] = (Nobody, "{}"),
        ["PUT /api/desk/people/{id}/state"] = (Nobody, """{"state":"disabled"}"""),
        ["PUT /api/desk/people/{id}/mail"] = (Nobody, """{"mail":"a@example.org"}"""),
        ["DELETE /api/desk/people/{id}/mail"] = (Nobody, null),
        ["GET /api/desk/channels/drafts"] = (Admin, null),
        ["PUT /api/desk/channels/drafts/{id}"] = (Admin, $$"""{"id":"{{Zero}}","name":{"en":"C"},"entity":"E","readers":["{{Zero}}"],"approvers":[],"custodians":[],"recovery":"none","policy":"eu","questionnaire":"{{Zero}}{{Zero}}","texts":"{{Zero}}{{Zero}}","taxonomy":"{{Zero}}{{Zero}}"}"""),
        ["DELETE /api/desk/channels/drafts/{id}"] = (Nobody, null),
        ["POST /api/desk/documents"] = (Admin, """{"v":1,"categories":[{"id":"a","label":{"en":"A"}}],"severities":[{"id":"b","label":{"en":"B"},"guide":{"en":"C"}}]}"""),
        ["GET /api/desk/directory"] = (Admin, null),
        ["POST /api/desk/directory/proposal"] = (Admin, "{}"),
        ["PUT /api/desk/recovery"] = (Admin, $$"""{"recipient":"{{Protocol.Age.HybridIdentity.FromSeed(new byte[32]).Recipient}}","threshold":2,"holders":[{"name":"H. One","place":"outside"},{"name":"H. Two","place":"inside"}]}"""),
        ["POST /api/desk/directory/proposal/signatures"] = (Admin, """{"signature":"— root-1 AAAAAAAA"}"""),
        ["GET /api/desk/summaries"] = (Admin, null),
        ["POST /api/desk/exports"] = (Admin, """{"format":"json"}"""),
        ["GET /api/desk/exports"] = (Auditor, null),
        ["GET /api/desk/audit"] = (Auditor, null),
        ["GET /api/desk/approvals"] = (Releasers, null),
        ["POST /api/desk/approvals/{proposal}/approve"] = (Nobody, null),
        ["POST /api/desk/approvals/{proposal}/refuse"] = (Nobody, """{"code":"other"}"""),
        ["GET /api/desk/channels"] = (Readers, null),
        ["GET /api/desk/channels/{id}/stream"] = (Nobody, null),
        ["GET /api/desk/inbox"] = (Readers, null),
        ["DELETE /api/desk/inbox/{id}"] = (Nobody, null),
        ["GET /api/desk/keyring"] = (Readers, null),
        ["PUT /api/desk/keyring"] = (Nobody, null),
        ["POST /api/desk/challenge"] = (Readers, "{}"),
        ["POST /api/desk/uploads"] = (Readers, $$"""{"id":"{{Zero}}","size":300000}"""),
        ["PUT /api/desk/uploads/{id}/parts/{number:int}"] = (Nobody, null),
        ["GET /api/desk/cases"] = (Readers, null),
        ["GET /api/desk/events"] = (Readers, null),
        ["GET /api/desk/sheets"] = (Readers, null),
        ["GET /api/desk/cases/{id}"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/claim"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/recuse"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/messages"] = (Nobody, null),
        ["GET /api/desk/cases/{id}/attachments/{upload}"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/notes"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/sheet"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/state"] = (Nobody, $$"""{"version":1,"to":"closed","leaf":"{{Zero}}{{Zero}}","deletion":"{{Zero}}{{Zero}}","retention":"short"}"""),
        ["PUT /api/desk/cases/{id}/assignee"] = (Nobody, $$"""{"version":1,"person":"{{Zero}}"}"""),
        ["POST /api/desk/cases/{id}/seen"] = (Nobody, """{"seq":1}"""),
        ["POST /api/desk/cases/{id}/grants"] = (Nobody, null),
        ["GET /api/desk/cases/{id}/drafts/reply"] = (Nobody, null),
        ["GET /api/desk/cases/{id}/drafts/note"] = (Nobody, null),
        ["GET /api/desk/cases/{id}/drafts/summary"] = (Nobody, null),
        ["GET /api/desk/cases/{id}/drafts/closing"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/drafts/closing"] = (Nobody, null),
        ["DELETE /api/desk/cases/{id}/drafts/closing"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/drafts/reply"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/drafts/note"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/drafts/summary"] = (Nobody, null),
        ["DELETE /api/desk/cases/{id}/drafts/reply"] = (Nobody, null),
        ["DELETE /api/desk/cases/{id}/drafts/note"] = (Nobody, null),
        ["DELETE /api/desk/cases/{id}/drafts/summary"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/summaries"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/closings"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/purges"] = (Nobody, null),
        ["POST /api/desk/cases/{id}/identities"] = (Nobody, null),
        ["DELETE /api/desk/cases/{id}/identities"] = (Nobody, null),
        ["GET /api/desk/identities"] = ("custodian", null),
        ["POST /api/desk/identities/{request}/envelope"] = (Nobody, "{}"),
        ["POST /api/desk/identities/{request}/answer"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/receipt"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/hold"] = (Nobody, null),
        ["PUT /api/desk/cases/{id}/policy"] = (Nobody, """{"version":1,"policy":"fr"}"""),
    };

    [Fact]
    public async Task Every_endpoint_of_the_desk_is_in_the_table_and_answers_each_role_as_the_table_says()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var people = new Dictionary<string, HttpClient>(StringComparer.Ordinal) { ["admin"] = admin.Http };
        var accounts = new Dictionary<Role, WhistleServer.Account>();
        foreach (var role in Roles.Everyone.Where(r => r != Role.Admin))
            people[role.Wire()] = (accounts[role] = await server.JoinAsync(admin, role, $"{role} Person")).Http;
        await WhistleServer.DraftChannelAsync(admin, [accounts[Role.Lead].Id, accounts[Role.Reviewer].Id], [accounts[Role.Approver].Id]);
        await server.PublishDirectoryAsync(admin);
        using var nobody = server.Browser();

        var endpoints = server.DeskEndpoints();
        Assert.NotEmpty(endpoints);
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), endpoints.Order(StringComparer.Ordinal));

        // Signing out ends the sessions that the others need.
        foreach (var endpoint in endpoints.Where(e => e is not "DELETE /api/desk/session"))
        {
            var (roles, body) = Table[endpoint];
            if (string.Equals(roles, Anyone, StringComparison.Ordinal))
                continue;
            if (body is not null || endpoint.StartsWith("GET", StringComparison.Ordinal) || endpoint.StartsWith("DELETE", StringComparison.Ordinal))
            {
                var signedOut = await SendAsync(nobody, endpoint, body);
                Assert.True(signedOut.StartsWith("401", StringComparison.Ordinal) && signedOut.Contains("signed-out", StringComparison.Ordinal), endpoint + "\n" + signedOut);
            }
            var answers = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (role, http) in people)
                answers[role] = await SendAsync(http, endpoint, body);
            var allowed = roles.Split(' ');
            // An address that never was, asked for the same way, is what a closed door looks like.
            var closed = await SendAsync(admin.Http, "GET /api/desk/nothing", null);
            foreach (var (role, answer) in answers)
            {
                if (string.Equals(roles, Nobody, StringComparison.Ordinal))
                    Assert.True(body is null && !endpoint.StartsWith("GET", StringComparison.Ordinal) ? answers.Values.Distinct(StringComparer.Ordinal).Count() == 1 : string.Equals(answer, closed, StringComparison.Ordinal), $"{endpoint} as {role}\n{answer}");
                else if (allowed.Contains(role, StringComparer.Ordinal))
                    Assert.False(answer.StartsWith("404", StringComparison.Ordinal) || answer.StartsWith("401", StringComparison.Ordinal) || answer.StartsWith('5'), $"{endpoint} as {role}\n{answer}");
                else
                    Assert.True(string.Equals(answer, closed, StringComparison.Ordinal), $"{endpoint} as {role}\n{answer}");
            }
        }
    }

    private static async Task<string> SendAsync(HttpClient http, string endpoint, string? body)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        path = path.Replace("{number:int}", "0", StringComparison.Ordinal);
        foreach (var name in new[] { "{id}", "{proposal}", "{request}", "{upload}" })
            path = path.Replace(name, Zero, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
            request.Content = new StringContent(body ?? "{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await answer.WholeAsync();
    }
}
