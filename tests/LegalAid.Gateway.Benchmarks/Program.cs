using LegalAid.Gateway.Benchmarks;

return await BenchmarkCommand.RunAsync(args);
