using System.Diagnostics;

namespace Whistle.Tests;

/// <summary>
/// The programs that tests call from outside: <c>dotnet test</c> installs what is missing where it may (root on Debian), and
/// says what to install where it may not. Compiled into every test project that calls one.
/// </summary>
internal static class NeededProgram
{
    private static readonly Lock s_gate = new();
    private static readonly string[] s_go = ["golang-go", "golang-golang-x-mod-dev"];

    /// <param name="name">The program, as it is called.</param>
    /// <returns>The same name, so that it can stand where the program is started.</returns>
    /// <exception cref="InvalidOperationException">It is missing and could not be installed; says what to install.</exception>
    public static string Ensure(string name)
    {
        string[] packages = name switch
        {
            "age" or "age-keygen" => ["age"],
            "go" => s_go,
            "pdftotext" => ["poppler-utils"],
            "qpdf" => ["qpdf"],
            "openssl" => ["openssl"],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Nobody said which package holds it."),
        };
        lock (s_gate)
        {
            if (IsThere(name))
                return name;
            var tried = Install(packages);
            return IsThere(name)
                ? name
                : throw new InvalidOperationException($"The tests call {name}, which is not there. Install it (Debian: apt-get install {string.Join(' ', packages)}).\n{tried}");
        }
    }

    /// <summary>By Debian's package manager, as root; elsewhere nothing.</summary>
    /// <returns>What the package manager said.</returns>
    public static string Install(params string[] packages)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return "";
        // The test projects run side by side, and the package manager serves one at a time.
        using var turn = WaitForTurn();
        return Run("update", "-qq") + Run(["install", "-y", "-qq", "--no-install-recommends", .. packages]);
    }

    private static bool IsThere(string name) =>
        Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), folder => folder.Length > 0 && File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
        // Go is of use with the packages alone that the tests build with.
        && (!string.Equals(name, "go", StringComparison.Ordinal) || Directory.Exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"));

    private static FileStream WaitForTurn()
    {
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(Path.GetTempPath(), "whistle-tests-install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (deadline.Elapsed < TimeSpan.FromMinutes(10))
            {
                Thread.Sleep(500);
            }
        }
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("apt-get", ["-o", "DPkg::Lock::Timeout=600", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.GetAwaiter().GetResult();
    }
}
