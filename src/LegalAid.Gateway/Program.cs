using LegalAid.Gateway.Operations;

return await CommandLine.RunAsync(args);
