using LegalAid.Gateway.Simulation;
using LegalAid.Gateway.Simulation.Bookings;
using LegalAid.Gateway.Simulation.Documents;
using LegalAid.Gateway.Simulation.Kill;
using LegalAid.Gateway.Simulation.Outage;
using LegalAid.Gateway.Simulation.Peers;
using LegalAid.Gateway.Simulation.PowerLoss;
using LegalAid.Gateway.Simulation.Verify;
using Xunit.MicrosoftTestingPlatform;

// The tests, unless the first word names a command.
return args switch
{
    ["kill", .. var rest] => await KillCommand.RunAsync(rest),
    ["disk-full", .. var rest] => await KillCommand.RunDiskFullAsync(rest),
    ["outage", .. var rest] => await OutageCommand.RunAsync(rest),
    ["documents", .. var rest] => await DocumentsCommand.RunAsync(rest),
    ["peers", .. var rest] => await PeersCommand.RunAsync(rest),
    ["simulate", .. var rest] => await SimulateCommand.RunAsync(rest),
    ["power-loss", .. var rest] => await PowerLossCommand.RunAsync(rest),
    ["bookings", .. var rest] => await BookingsCommand.RunAsync(rest),
    ["verify", .. var rest] => await VerifySimulation.RunAsync(rest),
    [WorkloadProcess.Word, .. var rest] => await PowerLossCommand.WorkAsync(rest),
    _ => await TestPlatformTestFramework.RunAsync(args, LegalAid.Gateway.Simulation.SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
