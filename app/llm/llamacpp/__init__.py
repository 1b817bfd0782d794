"""A GGUF file on this machine, run by llama.cpp through xllamacpp, in a process of its own."""
