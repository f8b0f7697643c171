"""One door for every act: a form becomes an act, the writer takes it or refuses, the person is told."""
