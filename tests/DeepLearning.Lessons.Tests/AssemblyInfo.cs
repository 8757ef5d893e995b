// Lessons seed the generator of the process, and use all cores by themselves.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
