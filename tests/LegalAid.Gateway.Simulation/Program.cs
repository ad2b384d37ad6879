using LegalAid.Gateway.Simulation.Kill;
using Xunit.MicrosoftTestingPlatform;

// The tests, unless the first word names a command: `kill` kills the gateway as often as it is told to.
return args is ["kill", .. var rest]
    ? await KillCommand.RunAsync(rest)
    : await TestPlatformTestFramework.RunAsync(args, LegalAid.Gateway.Simulation.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
