namespace LegalAid.Gateway.Simulation;

/// <summary>Libraries that Linux loads into a process before its own, compiled from the C files beside the tests.</summary>
internal static class Preloads
{
    /// <summary>Compiles <c>name.c</c> into the folder. Returns the library's path.</summary>
    /// <exception cref="InvalidOperationException">There is no gcc, or it refuses; the message says what it said.</exception>
    public static async Task<string> CompileAsync(string name, string folder, CancellationToken cancellationToken)
    {
        var library = Path.Combine(folder, name + ".so");
        await Commands.RunAsync(
            "gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", library, Path.Combine(AppContext.BaseDirectory, name + ".c"), "-ldl"],
            cancellationToken);
        return library;
    }
}
