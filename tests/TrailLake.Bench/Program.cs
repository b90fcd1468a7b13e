return TrailLake.Bench.BenchCommands.Run(args);
