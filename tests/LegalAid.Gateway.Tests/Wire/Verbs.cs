using System.Text;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Runs a verb of the executable in this process. It takes the console, so one runs at a time: the collection of CommandLineTests.</summary>
internal static class Verbs
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter(new StringBuilder());
        using var complained = new StringWriter(new StringBuilder());
        Console.SetOut(said);
        Console.SetError(complained);
        try
        {
            var code = await CommandLine.RunAsync(arguments);
            return (code, said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
